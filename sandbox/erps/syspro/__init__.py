"""A SYSPRO 8 installation with its e.net service and its OData feed: stateful, strict, and told to misbehave."""
