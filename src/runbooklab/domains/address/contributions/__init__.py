"""What a configuration adds to a comparison of runs: pure functions of evidence."""
