"""The interface between the core and its subjects."""
