"""What our UPS mapping costs beside karrio's: the same inputs, in one run, in microseconds of CPU (`make bench`)."""
