"""Carrying out a remedy that a person asked for."""
