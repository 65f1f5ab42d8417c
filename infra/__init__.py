"""What parcelbridge is on AWS: one construct a capability, one stack that composes them."""
