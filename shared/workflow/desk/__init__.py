"""What people decide. The command line calls it, and whatever else people work with."""
