"""What is owed to whom: targets, replicas, attempts, and the connectors that bring a target up to date."""
