"""Where it says that it stands on the quality scale (tests/scale)."""

from __future__ import annotations

TIER = "platinum"
EXEMPT = {
    "size": "older than the rule: 121 quirks in 24 small files, none over 250 lines; new carriers keep to the rule",
}
"""Rule → why it does not apply."""
SECRET = ("client_secret",)
"""Fields of its credential that nobody may see."""
TESTS = ("ups",)
"""The words in the names of its other test files."""
