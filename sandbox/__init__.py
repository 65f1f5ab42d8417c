"""The local default: a local AWS, and emulators of the ERPs and carriers that are as strict as their vendors."""
