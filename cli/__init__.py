"""The command line, alike on the local stack and an account."""
