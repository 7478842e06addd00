"""What ports add to a fix: pure functions of evidence."""
