"""Tests of searching the log."""
