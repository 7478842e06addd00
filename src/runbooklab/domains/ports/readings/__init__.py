"""What the evidence says of ports; pure."""
