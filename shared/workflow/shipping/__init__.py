"""From a received order to a bought shipment, exactly once."""
