"""A delivery taken apart at its seams, so that a test decides what happens between any two of its steps."""
