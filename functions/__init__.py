"""The Lambda entry points: each parses its event, calls one use case and maps the outcome."""
