"""`parcelbridge pages`: the address at which a customer sees where an order's parcels are."""
