"""The way of a parcel after its label: its events, its watch, and the news for the order and the ERP."""
