"""An Infor M3 tenant with its ION API gateway and token server: stateful, strict, and told to misbehave."""
