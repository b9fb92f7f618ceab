"""The System Log API, as Okta's clients know it."""
