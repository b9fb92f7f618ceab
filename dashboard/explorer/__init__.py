"""The explorer of the system log: what its address asks for, and what the page shows of it."""
