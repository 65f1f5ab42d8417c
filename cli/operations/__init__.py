"""`status`, `reconcile`, `runs`, `queues`, `writebacks` and `tracking`."""
