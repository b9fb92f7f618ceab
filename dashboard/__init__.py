"""The door for people: pages for IT and support staff."""
