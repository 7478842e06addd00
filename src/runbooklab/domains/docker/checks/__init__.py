"""The checks: each says, purely, what was observed; a cause that it shows says what is wrong."""
