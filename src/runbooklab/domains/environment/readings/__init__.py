"""What observations mean for several rules at once. Pure."""
