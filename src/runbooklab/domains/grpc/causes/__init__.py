"""The causes of a worker that cannot be called."""
