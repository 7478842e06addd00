"""What a notebook's cells talk to."""
