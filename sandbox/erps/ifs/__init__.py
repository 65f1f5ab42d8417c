"""An IFS Cloud tenant with its token endpoint and its OData projections: stateful, strict, and told to misbehave."""
