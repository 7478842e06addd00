"""Remedies: each plans commands with this target's names in them."""
