"""Docker's set-up."""
