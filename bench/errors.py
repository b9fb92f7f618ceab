"""What ends a bench."""


class BenchError(Exception):
    """The figures would mean nothing; the sentence says why."""
