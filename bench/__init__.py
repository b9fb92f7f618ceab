"""`make bench`: how quick a POST of a user is beside a bare Django view, how soon targets have it, what it takes."""
