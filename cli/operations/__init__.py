"""`status`, `reconcile`, `queues`, `writebacks` and `tracking`."""
