"""What holds for every door at once: each write is in the log, and no secret is anywhere."""
