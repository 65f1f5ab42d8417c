"""The decisions of people. The command line calls it, and whatever else people work with."""
