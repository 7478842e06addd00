"""The causes: evidence to rulings."""
