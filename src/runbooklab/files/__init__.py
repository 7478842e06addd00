"""Files: temporary, atomic, and read within a bound."""
