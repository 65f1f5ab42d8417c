"""`parcelbridge receipts`: purchase orders at a carrier's warehouse, and their receipts."""
