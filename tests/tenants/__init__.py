"""Tests of the room `tenants`."""
