"""Alerts: finding what is wrong, telling people once, and saying when it is over."""
