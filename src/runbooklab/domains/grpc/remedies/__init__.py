"""The remedies for workers."""
