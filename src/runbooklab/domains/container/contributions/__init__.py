"""What Docker adds to a report: pure functions of evidence."""
