"""Evidence of the surroundings to judgements."""
