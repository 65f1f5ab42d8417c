"""What every room stands on: one step of an order, where it stands, when it is looked at again."""
