"""Evidence of a port to rulings on causes."""
