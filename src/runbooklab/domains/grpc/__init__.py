"""gRPC workers: who registered, and whether they can be reached."""
