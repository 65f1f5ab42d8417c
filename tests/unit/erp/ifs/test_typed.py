"""A value is sent as its property's type has it, and is refused where it does not fit: never rounded, never a text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.erp.ifs.metadata import Property
from shared.erp.ifs.typed import takes, typed
from shared.errors import Refused


@pytest.mark.parametrize(
    ("value", "found", "expected"),
    [
        ("", Property("F", "Edm.Decimal"), None),
        ("12.5", Property("F", "Edm.Decimal", None, 130, 65), Decimal("12.5")),
        ("12.5", Property("F", "Edm.String", 20), "12.5"),
        ("12", Property("F", "Edm.Int32"), Decimal(12)),
        ("99.99", Property("F", "Edm.Decimal", None, 4, 2), Decimal("99.99")),
        ("2026-11-05", Property("F", "Edm.Date"), "2026-11-05"),
    ],
)
def test_a_value_becomes_what_its_property_holds(value: str, found: Property, expected: Any) -> None:
    assert typed(value, found, "7") == expected


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("12,5", Property("F", "Edm.Decimal")),
        ("NaN", Property("F", "Edm.Decimal")),
        ("Infinity", Property("F", "Edm.Double")),
        ("12.5", Property("F", "Edm.Int32")),
        ("12.345", Property("F", "Edm.Decimal", None, 9, 2)),
        ("100", Property("F", "Edm.Decimal", None, 4, 2)),
        ("soon", Property("F", "Edm.Date")),
        ("yes", Property("F", "Edm.Boolean")),
        ("2026-11-05", Property("F", "Edm.DateTimeOffset")),
    ],
)
def test_a_value_that_does_not_fit_is_refused(value: str, found: Property) -> None:
    with pytest.raises(Refused, match="F of shipment 7 is") as caught:
        typed(value, found, "7")
    assert (caught.value.field, caught.value.value) == ("F", value)


def test_which_types_a_name_may_be_mapped_to() -> None:
    number, text, day = (Property("F", each) for each in ("Edm.Decimal", "Edm.String", "Edm.Date"))
    assert [takes("cost", each) for each in (number, text, day)] == [True, True, False]
    assert [takes("eta", each) for each in (number, text, day)] == [False, True, True]
    assert [takes("milestone", each) for each in (number, text, day)] == [False, True, False]
