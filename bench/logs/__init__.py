"""The log: what writing, sealing, searching, verifying and exporting it costs when it is large."""
