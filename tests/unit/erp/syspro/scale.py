"""The tier that it claims on the quality scale (tests/scale)."""

from __future__ import annotations

TIER = "platinum"
EXEMPT: dict[str, str] = {}
"""Rule → why it does not apply."""
SECRET = ("operator_password",)
"""Fields of its credential that nobody may see."""
TESTS = ("syspro",)
"""The marks in the names of its other test files."""
