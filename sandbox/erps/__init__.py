"""The emulated ERPs, a folder each."""
