"""IFS Cloud: shipments are read through OData projections, and told what became of them."""
