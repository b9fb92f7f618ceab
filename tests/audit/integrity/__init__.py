"""Verifying the log."""
