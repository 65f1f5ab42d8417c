"""An Oracle Fusion pod with its identity domain and its REST resources: stateful, strict, and told to misbehave."""
