"""What evidence of Docker says, each question in one place."""
