"""The problems of a connection file: the path, what is allowed there, and every problem at once."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from sandbox.simulation.scenario import file_of
from shared.connection import NOT_BUILT, Connection, ConnectionFileError
from shared.errors import Misconfigured
from shared.registry import KINDS
from tests.builders import FILE, parse

GONE = object()
UNBUILT = "not built in this version"


def said(**changes: Any) -> list[str]:
    """Return the problems of the file after `changes`: a__b=value sets a.b, GONE takes it away."""
    file = deepcopy(FILE)
    for key, value in changes.items():
        *above, last = key.split("__")
        here = file
        for part in above:
            here = here.setdefault(part, {})
        if value is GONE:
            here.pop(last)
        else:
            here[last] = value
    with pytest.raises(ConnectionFileError) as raised:
        parse(file)
    return [str(problem) for problem in raised.value.problems]


SCHEDULES = (
    "rate(10 minutes), rate(1 hour), or cron(minutes hours day-of-month month day-of-week year) with ? as one of the "
    "two days, such as cron(0/30 7-18 ? * MON-FRI *)"
)
TERMS = (
    "freight_terms: is required for flow inbound: map each code to we_pay or not_ours, such as "
    "{COL: we_pay, PPD: not_ours}"
)
REASONS: list[tuple[dict[str, Any], str]] = [
    ({"id": "AB"}, "id: allowed: 3 to 40 of a-z, 0-9 and -"),
    ({"id": GONE}, "id: is required; allowed: 3 to 40 of a-z, 0-9 and -"),
    ({"flow": "sideways"}, "flow: allowed: inbound, outbound, drop-ship"),
    ({"erp__kind": "sap"}, f"erp.kind: allowed: {', '.join(KINDS.erps)}"),
    ({"erp__cono": 100}, 'erp.cono: must be text: put it in quotes, "100"'),
    ({"erp__cono": "ONE"}, 'erp.cono: allowed: the company number in quotes, such as "100"'),
    ({"erp__weight_unit": "stone"}, "erp.weight_unit: allowed: lb, kg, oz, g"),
    ({"erp__overlap": "15 minutes"}, "erp.overlap: allowed: a whole number of s, m, h or d, such as 15m, 2h or 400d"),
    ({"erp__test_system": "perhaps"}, "erp.test_system: allowed: true, false"),
    (
        {"carrier__account": "12345"},
        "carrier.account: allowed: the carrier's account number: 6 capital letters and digits",
    ),
    ({"carrier__environment": "live"}, "carrier.environment: allowed: test, production"),
    ({"start_from": "2026-11-01"}, "start_from: allowed: an instant with its offset, such as 2026-11-01T00:00:00Z"),
    ({"start_from": "soon"}, "start_from: allowed: an instant with its offset, such as 2026-11-01T00:00:00Z"),
    ({"start_from": 5}, "start_from: allowed: an instant with its offset, such as 2026-11-01T00:00:00Z"),
    ({"timezone": "Mars/Olympus"}, "timezone: allowed: an IANA time zone name, such as America/New_York"),
    ({"schedule": "hourly"}, f"schedule: allowed: {SCHEDULES}"),
    (
        {"select": {"status": {"from": "20"}}},
        'select.status.to: is required; allowed: two digits in quotes, such as "35"',
    ),
    ({"select": {"status": {"from": "35", "to": "20"}}}, "select.status: allowed: from not above to"),
    (
        {"select": {"suppliers": []}},
        "select: would take every order: narrow it by at least one of status, delivery_method, suppliers, warehouses",
    ),
    ({"select__suppliers": "V100"}, "select.suppliers: must be a list, such as [A, B]"),
    (
        {"select__delivery_method": ["UPS", "FDX"]},
        "select.delivery_method.1: is selected, but has no service: add it under services (mapped there: UPS)",
    ),
    ({"freight_terms": GONE}, TERMS),
    ({"freight_terms__COL": "maybe"}, "freight_terms.COL: allowed: we_pay, not_ours"),
    (
        {"packing__rule": "boxes"},
        "packing.rule: allowed: one_per_order, one_per_line, item_carton, max_weight, handling_units",
    ),
    (
        {"packing__max_weight": GONE},
        "packing.max_weight: is required for rule max_weight, such as {value: 50, unit: lb}",
    ),
    ({"packing__max_weight": 50}, "packing.max_weight: must be a mapping with the keys value, unit"),
    ({"packing__max_weight__value": 0}, "packing.max_weight: allowed: a weight above 0"),
    (
        {"packing__package": {"length": 1, "width": 0, "height": 1, "unit": "in"}},
        "packing.package: allowed: length, width and height above 0",
    ),
    ({"services": {}}, "services: must not be empty"),
    ({"services__UPS": 3}, 'services.UPS: must be text: put it in quotes, "3"'),
    (
        {"services__UPS": "Ground"},
        'services.UPS: allowed: a carrier service code in quotes, such as "03" (UPS Ground)',
    ),
    (
        {"approve": {"mode": "below", "amount": 5}},
        "approve.currency: is required for mode below, such as {mode: below, amount: 150.00, currency: USD}",
    ),
    ({"approve__mode": "always"}, "approve.mode: allowed: automatic, below, manual"),
    ({"approve__currency": "dollars"}, "approve.currency: allowed: an ISO 4217 code, such as USD"),
    ({"approve__amount": "much"}, "approve.amount: allowed: a number, such as 150.00"),
    (
        {"erp__base_url": "https://[bad"},
        "erp.base_url: allowed: https://host[:port], without a path; http only for this machine",
    ),
    ({"limits": 5}, "limits: must be a mapping with the keys labels_per_hour, labels_per_day, amount_per_day"),
    ({"limits__labels_per_hour": 0}, "limits.labels_per_hour: allowed: 1 or more"),
    ({"limits__labels_per_hour": 100_001}, "limits.labels_per_hour: allowed: 100000 or less"),
    ({"approve__amount": 0}, "approve.amount: allowed: more than 0"),
    ({"approve__amount": "1.999"}, "approve.amount: allowed: at most 2 decimal places"),
    ({"erp__test_system": None}, "erp.test_system: allowed: true, false"),
    ({"locations": "HQ"}, "locations: must be a mapping"),
    ({"locations__HQ__phone": ["1"]}, "locations.HQ.phone: must be text"),
    ({"limits__labels_per_day": True}, "limits.labels_per_day: allowed: a whole number"),
    (
        {"limits__amount_per_day": -3},
        "limits.amount_per_day: allowed: an amount above 0, alone or as {amount: 1000.00, currency: USD}",
    ),
    ({"label__format": "PNG"}, "label.format: allowed: GIF, ZPL, EPL, SPL, PDF"),
    ({"unknown": "ignore"}, "unknown: allowed: hold, retry"),
    (
        {"write_back__cost": "A121"},
        "write_back.cost: A121 is the field of tracking_numbers already: give each its own field, or off",
    ),
    (
        {"write_back__cost": "COSTS"},
        "write_back.cost: allowed: an M3 field of 4 characters, such as A121 or N096, or off",
    ),
    ({"write_back__cost": {"to": "N096", "mode": "add"}}, "write_back.cost.mode: allowed: overwrite, if_empty, append"),
    (
        {"carrier__shipper__location": "HERE"},
        "carrier.shipper.location: is not defined under locations (defined there: HQ)",
    ),
    (
        {"locations__HQ__address__country": "usa"},
        "locations.HQ.address.country: allowed: an ISO 3166 code of two capital letters, such as US",
    ),
    ({"locations__HQ__address__lines": []}, "locations.HQ.address.lines: must not be empty"),
    ({"locations__HQ__name": ""}, "locations.HQ.name: must not be empty"),
    (
        {"billing__rules": [{"bill": "receiver", "account": "A1B2C3"}]},
        "billing.rules.0: matches nothing: name its supplier",
    ),
    (
        {"billing__rules": [{"supplier": "V1", "bill": "shipper", "account": "A1B2C3"}] * 2},
        "billing.rules.1: is never reached: rule 0 matches the same orders",
    ),
    (
        {"billing__rules": [{"supplier": "V1", "bill": "third_party", "account": "A1B2C3"}]},
        "billing.rules.0.country: is required to bill a third party, such as US",
    ),
    *[
        (
            {"billing__rules": [{name: "41", "bill": "shipper", "account": "A1B2C3"}]},
            (
                f"billing.rules.0.{name}: infor-m3 orders have no {name}: name the field of your transaction under "
                f"erp.bindings, as {name} in the output of po.head"
            ),
        )
        for name in ("cost_centre", "customer")
    ],
    (
        {"flow": "outbound"},
        (
            "flow: infor-m3 reads purchase orders: what comes in, or goes from a supplier to a customer; "
            "allowed: inbound, drop-ship"
        ),
    ),
    (
        {"packing__rule": "handling_units"},
        (
            "packing.rule: infor-m3 has no handling units on these documents; allowed: one_per_order, one_per_line, "
            "item_carton, max_weight"
        ),
    ),
    (
        {"packing": {"rule": "item_carton", "package": {"length": 1, "width": 1, "height": 1, "unit": "in"}}},
        "packing.package: is not for rule item_carton, which takes each item's own size",
    ),
    ({"packing__divisor": 0}, "packing.divisor: allowed: more than 0"),
    ({"ship_when": {"cutoff": "25:00"}}, 'ship_when.cutoff: allowed: HH:MM in quotes, such as "15:00"'),
    ({"ship_when": {"working_days": []}}, "ship_when.working_days: must not be empty: nothing would ever ship"),
    (
        {"ship_when": {"working_days": ["Monday"]}},
        "ship_when.working_days.0: allowed: Mon, Tue, Wed, Thu, Fri, Sat, Sun",
    ),
    ({"ship_when": {"days_before_needed": -1}}, "ship_when.days_before_needed: allowed: 0 or more"),
    ({"services__UPS": {"any": []}}, "services.UPS.any: must not be empty"),
    ({"services__UPS": {"any": ["03"], "pick": "fastest"}}, "services.UPS.pick: allowed: cheapest, cheapest_by_date"),
    (
        {"accessorials": {"SAT": "sunday"}},
        "accessorials.SAT: allowed: saturday, signature, adult_signature, declared_value",
    ),
]


@pytest.mark.parametrize(("changes", "message"), REASONS, ids=[message.split(":")[0] for _, message in REASONS])
def test_a_problem_names_its_path_and_what_is_allowed(changes: dict[str, Any], message: str) -> None:
    assert said(**changes) == [message]


@pytest.mark.parametrize(
    "schedule",
    [
        "every hour",
        "rate(0 minutes)",
        "rate(5 fortnights)",
        "cron(0 7-25 ? * MON-FRI *)",
        "cron(60 7 ? * * *)",
        "cron(0 7 * * MON *)",
        "cron(0 7 ? * ? *)",
        "cron(0 7 ? * MON)",
        "cron(0 7 ? * MUN *)",
        "cron(0/0 7 ? * MON *)",
        "cron(0 7-8-9 ? * MON *)",
        "at(2026-11-01T00:00:00)",
    ],
)
def test_s14_a_schedule_that_the_scheduler_would_refuse_is_refused_here(schedule: str) -> None:
    assert said(schedule=schedule) == [f"schedule: allowed: {SCHEDULES}"]


@pytest.mark.parametrize(
    "url",
    ["http://erp.example", "erp.example", "https://", "https://u:p@erp.example", "https://erp.example/path", "ftp://x"],
)
def test_s49_credentials_never_travel_in_the_clear(url: str) -> None:
    message = "erp.base_url: allowed: https://host[:port], without a path; http only for this machine"
    assert said(erp__base_url=url) == [message]


def test_a_test_label_is_never_written_to_a_productive_erp() -> None:
    (message,) = said(erp__test_system=False)
    assert message.startswith("erp.test_system: must be true with carrier.environment test")
    assert "carrier.environment: production" in message


def test_an_unknown_key_is_answered_with_the_one_that_was_meant() -> None:
    (message,) = said(erp__test_sytem=True)
    assert message.startswith(
        "erp.test_sytem: unknown key (did you mean test_system?); allowed: kind, test_system, base_url,"
    )
    (deep,) = said(locations__HQ__adress={})
    assert deep.startswith("locations.HQ.adress: unknown key (did you mean address?); allowed: name, attention")
    weight = {"value": 1, "unit": "lb", "unti": "kg"}
    assert said(packing__max_weight=weight) == [
        "packing.max_weight.unti: unknown key (did you mean unit?); allowed: value, unit"
    ]


def test_every_problem_is_told_at_once() -> None:
    told = said(id="X", flow="sideways", schedule="hourly", alerts="arn:aws:sns:x", locations__HQ__phone=5)
    assert [message.split(":")[0] for message in told] == [
        "alerts",
        "id",
        "flow",
        "schedule",
        "locations.HQ.phone",
    ]


def test_a_file_that_is_no_mapping_is_told_so() -> None:
    for content in ([], "text", None, 5):
        with pytest.raises(ConnectionFileError, match="a connection file is a mapping of keys"):
            parse(content)


def test_a_wrong_file_is_a_misconfiguration_that_names_its_first_field() -> None:
    with pytest.raises(Misconfigured) as raised:
        parse({**FILE, "id": "X"})
    assert raised.value.field == "id"


def test_a_problem_keeps_the_value_that_stands_there() -> None:
    with pytest.raises(ConnectionFileError) as raised:
        parse({**FILE, "id": "X"})
    assert [problem.value for problem in raised.value.problems] == ["X"]


# --- what this version does not do -----------------------------------------------------------------------------------

NOT_YET: list[tuple[dict[str, Any], str]] = [
    *(({"erp__kind": kind}, f"erp.kind: {UNBUILT}; allowed: {', '.join(KINDS.erps)}") for kind in sorted(KINDS.named)),
    *(
        ({"carrier__kind": kind}, f"carrier.kind: {UNBUILT}; allowed: {', '.join(KINDS.carriers)}")
        for kind in sorted(KINDS.named)
    ),
    (
        {"alerts": "arn:aws:sns:us-east-1:123456789012:night"},
        "alerts: not built in this version; allowed: leave it out (alarms go to the stack's topic)",
    ),
]


def test_s04_a_word_that_is_none_of_ours_is_not_translated() -> None:
    (message,) = said(write_back={"milestone": {"to": "A630", "values": {"deliverd": "D"}}})
    assert message.startswith("write_back.milestone.values.deliverd: deliverd is no milestone; allowed: delivered, ")


@pytest.mark.parametrize(("changes", "message"), NOT_YET, ids=[message.split(":")[0] for _, message in NOT_YET])
def test_s04_what_is_not_built_is_refused_by_name(changes: dict[str, Any], message: str) -> None:
    assert said(**changes) == [message]


NO_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"


@pytest.mark.parametrize("text", ["", "CA", NO_CERTIFICATE, "-----BEGIN PRIVATE KEY-----"])
def test_s04_a_text_that_is_no_certificate_is_refused(text: str) -> None:
    assert said(erp__ca_certificate=text) == [
        "erp.ca_certificate: allowed: certificates in PEM, each with its BEGIN and END line, or off"
    ]


def test_s04_what_purchase_orders_of_syspro_need_is_named_key_by_key() -> None:
    file = file_of("syspro", "ups")
    with pytest.raises(ConnectionFileError) as refused:
        parse({**file, "erp": {**file["erp"], "source": "purchase"}})
    told = [str(each) for each in refused.value.problems]
    assert any(each.startswith("flow: syspro reads dispatch notes") for each in told), told
    assert any(each.startswith("write_back.tracking_numbers: name the purchase order's form") for each in told), told


def test_s04_every_line_of_the_table_is_tried_above() -> None:
    tried = {message.split(":")[0] for _, message in NOT_YET}
    own = (each for side in (KINDS.erps, KINDS.carriers) for kind in side.values() for each in kind.not_built)
    for entry in (*NOT_BUILT, *own):
        head, star, tail = entry.path.partition("*")
        assert any(path == entry.path or (star and path.startswith(head) and path.endswith(tail)) for path in tried)


@pytest.mark.parametrize(
    "harmless",
    [
        {"tracking": {"push": "v1", "quantum_view": None, "detail": "standard"}},
        {"tracking": {"push": "off"}},
        {"tracking": {"quantum_view": "OutboundXML"}},
        {"accessorials": {}},
        {"billing": {"default": "shipper", "rules": []}},
        {"ship_when": None},
        {"strays": "report", "void_window_days": 1},
        {"strays": "void", "void_window_days": 7},
        {"write_back": {"eta": "A530", "milestone": "A630"}},
    ],
)
def test_a_default_of_something_that_comes_later_may_stand_in_the_file(harmless: dict[str, Any]) -> None:
    assert isinstance(parse({**FILE, **harmless}), Connection)


def test_a_kind_that_is_not_built_hides_the_problems_of_its_own_keys() -> None:
    told = said(erp={"kind": "infor-ln", "host": "acme.example", "realm": "acme1"}, select={"site": ["1"]})
    assert told == [f"erp.kind: {UNBUILT}; allowed: {', '.join(KINDS.erps)}"]
