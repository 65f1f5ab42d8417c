"""From an order to a plan: validation, route, packages, timing, approval, fixes. Pure but for the quote."""
