"""Commands about pickups."""
