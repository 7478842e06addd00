"""What a project's surroundings add to a report: pure functions of evidence."""
