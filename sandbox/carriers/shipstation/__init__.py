"""ShipStation as an engine: V2, V1 and webhooks over one account. Its own tables, nothing of the adapter's."""
