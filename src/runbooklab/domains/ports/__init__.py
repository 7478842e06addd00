"""The ports of a system."""
