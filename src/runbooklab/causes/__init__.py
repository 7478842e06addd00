"""The catalogue of root causes and how they are judged: pure, one visible table."""
