"""Where it says that it stands on the quality scale (tests/scale)."""

from __future__ import annotations

TIER = "platinum"
EXEMPT: dict[str, str] = {}
"""Rule → why it does not apply."""
SECRET = ("cs", "sask")
"""Fields of its credential that nobody may see."""
TESTS = ("m3",)
"""The words in the names of its other test files."""
