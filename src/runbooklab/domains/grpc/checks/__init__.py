"""The checks of gRPC workers."""
