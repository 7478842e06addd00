"""I/O and nothing else: read-only, bounded by a deadline, returning evidence."""
