"""Remedies of ports: plans for a person to paste; pure."""
