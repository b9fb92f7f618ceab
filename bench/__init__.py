"""`make bench`: speed and memory beside what they are to be, and how soon targets have a new user."""
