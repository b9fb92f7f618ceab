"""Tests of targets, replicas and connectors."""
