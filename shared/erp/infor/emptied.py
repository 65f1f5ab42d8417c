"""How a field of M3 is emptied. Pure.

MI takes blank input for "leave it as it is"; what empties a field is a setting of the binding, `blank`. Its default, a
question mark for texts and 0 for numbers, is MI's convention as far as is known and stands in no document that we have:
so an emptied field is read back.
"""

from __future__ import annotations

import re

from shared.erp.infor.bindings import Binding

_NUMERIC = re.compile(r"N\d{3}")  # CUSEXTMI's numeric fields, N096 to N996 (facts/infor.md, section 3)


def empties(field: str, binding: Binding) -> str:
    """Return the value that empties a field when it is written."""
    return "0" if _NUMERIC.fullmatch(field) else binding.settings.get("blank", "?")
