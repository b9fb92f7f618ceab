"""Tests of the System Log API."""
