"""`make bench`: how quick POST /Users is beside a bare Django view, and how soon targets have the user."""
