"""Streams: the log, or some kinds of its events, told to one receiver each, in order, none left out."""
