"""Where it says that it stands on the quality scale (tests/scale)."""

from __future__ import annotations

TIER = "platinum"
EXEMPT = {
    "size": "two APIs: V2 and the legacy V1 have nothing in common but their credential; no module is over 250 lines",
}
"""Rule → why it does not apply."""
PROBED = {"tracking": {"push": "v2"}}
"""Parts of a connection file with which every unsure fact matters: webhooks only where they are switched on."""
TESTS = ("signed_webhooks",)
"""Further words in the names of its test files."""
SECRET = ("api_key",)
"""Fields of its credential that nobody may see."""
