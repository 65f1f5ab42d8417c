"""The verbs: what happens to an order, over the ports only."""
