"""What was seen of a project and its host: never what that means, and no secret."""
