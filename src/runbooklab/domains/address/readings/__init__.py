"""What evidence of the surroundings says, each question in one place."""
