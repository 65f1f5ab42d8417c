"""Parts of the connection file of kinds that are not built yet: they show that the file has room for them."""
