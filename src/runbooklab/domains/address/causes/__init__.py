"""Evidence of the surroundings to rulings on causes."""
