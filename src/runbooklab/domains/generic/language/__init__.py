"""The language of expectations: its words, its regular expressions, its values."""
