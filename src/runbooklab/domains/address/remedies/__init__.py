"""Plans for the configuration file and the URL in it."""
