"""What evidence of Docker's set-up says, each question in one place."""
