"""The costs of labels, for the ledger."""
