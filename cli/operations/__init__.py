"""`status`, `queues` and `writebacks`."""
