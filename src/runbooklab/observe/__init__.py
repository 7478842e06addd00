"""Looking at a target: probes run together, within one deadline."""
