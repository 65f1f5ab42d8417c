"""`orders`, `unknown`, `addresses` and `audit`."""
