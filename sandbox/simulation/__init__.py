"""The deterministic simulation: the production workflow over its ports, many workers, virtual time, faults by a seed.

A `World` is one deployment with one connection and some fifty orders; `life` lives it to its end; `judging` holds what
the sandbox UPS and M3 know in the end against what the seeded orders call for. `campaign` does so many times.
"""
