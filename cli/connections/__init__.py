"""`connections` and `secrets`: set up, test, start and pause a connection."""
