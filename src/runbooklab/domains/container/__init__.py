"""Docker: the engine, its containers and networks."""
