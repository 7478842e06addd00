"""What gRPC workers add to a report."""
