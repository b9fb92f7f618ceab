"""Who may call: tenants, operators and credentials."""
