"""Oracle Fusion Cloud ERP by its REST resources: purchase orders, and an advice or a change order for their numbers."""
