"""What Docker's set-up adds to a report."""
