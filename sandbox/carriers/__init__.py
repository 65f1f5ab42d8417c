"""The emulated carriers, a folder each."""
