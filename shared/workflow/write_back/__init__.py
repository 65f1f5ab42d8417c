"""The ERP is told what it should hold of an order's shipments."""
