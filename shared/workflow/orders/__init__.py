"""The base of every room: one step of an order, its position, and the time of its next look."""
