"""The judges of the causes: pure functions of evidence."""
