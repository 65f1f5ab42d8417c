"""The work that runs by the clock: the sweep, and polls that went silent."""
