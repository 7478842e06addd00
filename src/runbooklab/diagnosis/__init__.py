"""Evidence to a diagnosis, by the rules of the domains in use."""
