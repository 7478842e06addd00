"""The remedies: plans with the names of the target."""
