"""Figures that are promised, measured: each module prints its own, and a test holds it."""
