"""The drills of Docker's set-up."""
