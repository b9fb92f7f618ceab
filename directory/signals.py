"""The one signal: a resource has a new version. Sent inside the transaction that made it."""

from django.dispatch import Signal

# Sent with `resource` (User or Group, possibly a tombstone) and `by` (Actor). `downstream` listens.
changed = Signal()
