"""The field mapping that all ERPs share: our names mapped to the ERP's fields, and its answers read by paths. Pure."""
