"""Evidence of ports to findings; pure."""
