"""What is true: users, groups and memberships."""
