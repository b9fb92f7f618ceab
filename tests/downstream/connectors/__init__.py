"""Tests of the connectors, each against a real system."""
