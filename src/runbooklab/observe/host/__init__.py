"""This host: processes and their listeners."""
