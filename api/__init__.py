"""The door for tools: the management API."""
