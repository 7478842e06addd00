"""Evidence of a port to judgements."""
