"""What the evidence says, each question in one place."""
