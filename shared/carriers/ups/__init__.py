"""UPS: OAuth, address validation, rating, shipping, label recovery, tracking by reference, void (REST, 2026)."""
