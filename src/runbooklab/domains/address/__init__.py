"""The orchestrator's configuration and the addresses it names."""
