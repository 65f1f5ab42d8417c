"""Goods come in: purchase orders are told to a carrier's warehouse, and what it received is booked in the ERP."""
