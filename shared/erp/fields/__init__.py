"""What every ERP's write-back shares: our names mapped to the ERP's fields, and its answers read by paths. Pure."""
