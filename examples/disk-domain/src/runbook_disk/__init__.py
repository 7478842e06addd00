"""A domain for runbooklab: the room on a file system."""
