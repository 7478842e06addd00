"""Plans of remedies, made from evidence."""
