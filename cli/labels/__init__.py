"""`labels`: a supplier's link, a warehouse's printer."""
