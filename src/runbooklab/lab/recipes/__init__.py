"""How each fault is brought about: one file a group of causes, each ending in its table."""
