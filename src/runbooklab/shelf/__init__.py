"""The shelf: all runs below a reports folder, found quickly and removed when their time is over."""
