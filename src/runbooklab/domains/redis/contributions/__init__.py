"""What Redis adds to a report and to a comparison of runs: pure functions of evidence."""
