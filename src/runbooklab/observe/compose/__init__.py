"""A Compose file as Docker Compose reads it: its YAML, its variables, its project's name."""
