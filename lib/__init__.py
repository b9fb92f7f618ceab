"""Building blocks that know no model of ours: SCIM's language, commands, processes, secrets, admin base."""
