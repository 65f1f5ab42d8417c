"""The judges' view through the faces of the emulated systems."""

from __future__ import annotations

from sandbox.erps.m3.face import FIELDS, OTHERS, M3Erp
from sandbox.faces import Entered, Line
from sandbox.memory import ManualClock
from sandbox.places import place


def a_face() -> M3Erp:
    erp = M3Erp(ManualClock().now)
    erp.add_warehouse("W01", place("Acme", "1 Dock St", "Albany", "NY", "12207"))
    erp.add_item("VALVE-1", "Gate valve", weight="3.5")
    erp.add(Entered("1", (Line("VALVE-1", 2),)))
    return erp


def test_a_numeric_field_that_is_zero_has_nothing_in_it() -> None:
    erp = a_face()
    erp.overwrite("1", "cost", "0")
    erp.overwrite("1", "service", "03")
    assert erp.fields_of("1") == {"service": "03"}


def test_g4_a_field_of_another_system_that_was_changed_is_spoilt() -> None:
    erp = a_face()
    erp.write_beside("1", "system")
    assert erp.spoilt("1") == {}
    field, _ = OTHERS["system"]
    erp._record("1")[field] = "ours now"
    assert erp.spoilt("1") == {field: "ours now"}
    assert field not in FIELDS.values()
