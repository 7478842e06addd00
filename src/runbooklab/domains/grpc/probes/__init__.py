"""What is observed of gRPC workers."""
