"""Synthetic users, groups and events at bulk speed, in the shape that the services give them."""

from directory.seeding.filling import Amounts, SeedingError, fill

__all__ = ["Amounts", "SeedingError", "fill"]
