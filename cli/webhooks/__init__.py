"""`parcelbridge webhooks`: where carriers push events, and what proves that they come from there."""
