"""django-scim2's views with our engine behind them, by subject."""
