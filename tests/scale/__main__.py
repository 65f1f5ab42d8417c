"""`make scale`: where each connector stands."""

from __future__ import annotations

import sys

from tests.scale.scale import table

text, well = table()
print(text)
sys.exit(not well)
