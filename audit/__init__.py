"""What happened: the system log."""
