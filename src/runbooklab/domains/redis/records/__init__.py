"""The records that the probes return."""
