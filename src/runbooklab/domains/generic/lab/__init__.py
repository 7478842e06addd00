"""Real servers on which declared checks are tried: PostgreSQL, nginx."""
