"""Redis: can this service use it, and if not, why."""
