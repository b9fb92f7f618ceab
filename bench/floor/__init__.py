"""The floor: what Django, the server and the database cost before an application does anything."""
