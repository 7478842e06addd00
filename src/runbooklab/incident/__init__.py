"""What one incident leaves: its folder with working copies of notebooks, and what belongs to it."""
