"""The door for identity providers: SCIM 2.0 on the shell of django-scim2."""
