"""Plans for a port of this host."""
