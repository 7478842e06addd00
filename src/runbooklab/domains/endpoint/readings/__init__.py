"""What evidence of ports says, each question in one place."""
