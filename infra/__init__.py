"""parcelbridge on AWS: one construct for each capability, and one stack that composes them."""
