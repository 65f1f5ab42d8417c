"""What becomes of a parcel after its label: its events, its watch, and what the order and the ERP learn of it."""
