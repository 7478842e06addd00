"""What the evidence of a worker means, in small pure functions."""
