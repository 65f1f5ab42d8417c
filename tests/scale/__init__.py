"""The quality scale of connectors: what an ERP or a carrier must have and do, rule by rule, tier by tier."""
