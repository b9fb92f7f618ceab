"""That the judge of `make chaos` would see what it looks for."""
