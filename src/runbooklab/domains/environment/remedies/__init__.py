"""The remedies: plans with this target's names, for a person to paste."""
