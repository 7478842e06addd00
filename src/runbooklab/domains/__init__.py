"""One package for each subject."""
