"""Evidence of ports to rulings on causes; pure."""
