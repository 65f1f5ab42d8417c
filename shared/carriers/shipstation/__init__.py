"""ShipStation: prices, labels, look-ups, voids and tracking, by its V2 API or by the legacy V1."""
