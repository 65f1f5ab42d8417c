"""The connection file's model: one ERP, one carrier, and what moves between them.

`parse` takes the file as plain dicts, lists and scalars and gives a Connection, or a ConnectionFileError that names
every problem by its path. `model_dump(mode="json")` is what the table keeps; it reads back to an equal Connection.
Each key has its default beside it; NOT_BUILT lists what this version refuses by name.
"""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    Tag,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function

from shared.domain.address import Address, Party
from shared.domain.calendar import ShipRule
from shared.domain.measures import Dimensions, LengthUnit, Weight, WeightUnit
from shared.domain.money import Money
from shared.domain.order import Flow
from shared.domain.packing import PackingRule, Rule
from shared.domain.shipment import Accessorial, LabelSpec
from shared.errors import Misconfigured

Path = tuple[str | int, ...]

# --- values ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Allowed:
    """A text that must be of one shape: `what` names it for people, `holds` decides."""

    what: str
    holds: Callable[[str], object]

    def check(self, value: str) -> str:
        if not self.holds(value):
            raise ValueError(f"allowed: {self.what}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self.check, handler(source))


def _text(pattern: str, what: str) -> Allowed:
    return Allowed(what, re.compile(pattern).fullmatch)


_CURRENCY = re.compile(r"[A-Z]{3}")
_INSTANT = "allowed: an instant with its offset, such as 2026-11-01T00:00:00Z"


def _duration(value: object) -> object:
    found = re.fullmatch(r"(\d{1,6})([smhd])", value) if isinstance(value, str) else None
    if found:
        unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[found[2]]
        return timedelta(**{unit: int(found[1])})
    if isinstance(value, timedelta):
        return value
    raise ValueError("allowed: a whole number of s, m, h or d, such as 15m, 2h or 400d")


def notation(span: timedelta) -> str:
    """A duration as the file writes it: 15m, 2h, 400d."""
    seconds = int(span.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _is_zone(value: str) -> bool:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _is_base_url(value: str) -> bool:
    """https anywhere; http on this machine only, since credentials travel to it. Scheme and authority, nothing else."""
    try:
        url = urlsplit(value)
        loopback = url.hostname in {"localhost", "127.0.0.1", "::1"}
        secure = url.scheme == "https" or (url.scheme == "http" and loopback)
        return bool(url.hostname and secure and value == f"{url.scheme}://{url.netloc}" and "@" not in url.netloc)
    except ValueError:
        return False


# EventBridge Scheduler's cron: minutes, hours, day of month, month, day of week, year; one of the two days is "?".
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_CRON: tuple[tuple[int, int, list[str], str], ...] = (
    (0, 59, [], ""),
    (0, 23, [], ""),
    (1, 31, [], r"\?|L|LW|\d{1,2}W"),
    (1, 12, _MONTHS, ""),
    (1, 7, _DAYS, r"\?|L|[1-7]L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5]"),
    (1970, 2199, [], ""),
)


def _cron_field(text: str, low: int, high: int, names: list[str], special: str) -> bool:
    def number(word: str) -> int:
        return names.index(word) + low if word in names else int(word) if word.isdigit() else -1

    if special and re.fullmatch(special, text):
        return True
    for part in text.split(","):
        span, _, step = part.partition("/")
        ends = [low, high] if span == "*" else [number(word) for word in span.split("-")]
        stepped = "/" not in part or (step.isdigit() and int(step) > 0)
        if len(ends) > 2 or not stepped or not all(low <= end <= high for end in ends):
            return False
    return True


def _is_schedule(value: str) -> bool:
    if re.fullmatch(r"rate\([1-9]\d{0,4} (minute|hour|day)s?\)", value):
        return True
    cron = re.fullmatch(r"cron\((.+)\)", value)
    parts = cron[1].split(" ") if cron else []
    if len(parts) != len(_CRON) or [parts[2], parts[4]].count("?") != 1:
        return False
    return all(_cron_field(part, *rule) for part, rule in zip(parts, _CRON, strict=True))


def _written(value: object) -> object:
    if isinstance(value, str | datetime):
        return value
    raise ValueError(_INSTANT)


def _positive(value: Weight) -> Weight:
    if value.value <= 0:
        raise ValueError("allowed: a weight above 0")
    return value


def _solid(value: Dimensions) -> Dimensions:
    if min(value.length, value.width, value.height) <= 0:
        raise ValueError("allowed: length, width and height above 0")
    return value


Code = Annotated[str, _text(r"\S(.{0,38}\S)?", "1 to 40 characters without blanks around them")]
Currency = Annotated[str, Allowed("an ISO 4217 code, such as USD", _CURRENCY.fullmatch)]
Country = Annotated[str, _text(r"[A-Z]{2}", "an ISO 3166 code of two capital letters, such as US")]
Account = Annotated[str, _text(r"[A-Z0-9]{6}", "the carrier's account number: 6 capital letters and digits")]
ServiceCode = Annotated[str, _text(r"[A-Z0-9]{2,3}", 'a carrier service code in quotes, such as "03" (UPS Ground)')]
Duration = Annotated[timedelta, BeforeValidator(_duration), PlainSerializer(notation, when_used="json")]
Instant = Annotated[AwareDatetime, BeforeValidator(_written)]
Zone = Annotated[str, Allowed("an IANA time zone name, such as America/New_York", _is_zone)]
Schedule = Annotated[
    str,
    Allowed(
        "rate(10 minutes), rate(1 hour), or cron(minutes hours day-of-month month day-of-week year) with ? as one of "
        "the two days, such as cron(0/30 7-18 ? * MON-FRI *)",
        _is_schedule,
    ),
]
BaseUrl = Annotated[str, Allowed("https://host[:port], without a path; http only for this machine", _is_base_url)]
Box = Annotated[Dimensions, AfterValidator(_solid)]
PositiveWeight = Annotated[Weight, AfterValidator(_positive)]
Amount = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
Count = Annotated[int, Field(strict=True, ge=1, le=100_000)]

# --- the parts of the file -------------------------------------------------------------------------------------------


class Part(BaseModel):
    """A part of the file: nothing unknown in it, nothing of it ever changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True, hide_input_in_errors=True)


def _plain_number(digits: str) -> str:
    """M3's company is a number: "001" and "1" are one company, and orders are claimed by it."""
    return str(int(digits))


class InforErp(Part):
    """Infor CloudSuite M3 through the ION API gateway; units are settings, since M3's records carry none."""

    kind: Literal["infor-m3"]
    cono: Annotated[
        str, _text(r"\d{1,3}", 'the company number in quotes, such as "100"'), AfterValidator(_plain_number)
    ]
    divi: Annotated[str, _text(r"[A-Z0-9]{0,3}", 'the division in quotes, or "" for all')] = ""
    test_system: bool = False
    weight_unit: WeightUnit = "kg"
    length_unit: LengthUnit = "cm"
    cursor_unit: Literal["ms", "s", "us"] = "ms"
    overlap: Duration = timedelta(minutes=15)
    overlap_count: Annotated[int, Field(strict=True, ge=0, le=1_000)] = 0
    bindings: dict[str, dict[str, Any]] = {}
    base_url: BaseUrl | None = None
    network: Literal["public", "vpc"] = "public"

    flows: ClassVar[tuple[Flow, ...]] = ("inbound", "drop-ship")
    documents: ClassVar[str] = "purchase orders: what comes in, or goes from a supplier to a customer"
    handling_units: ClassVar[bool] = False

    @property
    def company(self) -> str:
        return self.cono

    def gives(self, fact: Literal["customer", "cost_centre", "accessorials"]) -> bool:
        """Whether orders have it: a purchase order's head has no such field of its own, so only where the po.head
        binding of the file reads one."""
        output = self.bindings.get("po.head", {}).get("output")
        return isinstance(output, dict) and fact in output


class Shipper(Part):
    """Who holds the carrier's account: one of the locations."""

    location: Code


class UpsCarrier(Part):
    """One UPS account."""

    kind: Literal["ups"]
    account: Account
    environment: Literal["test", "production"] = "test"
    shipper: Shipper
    base_url: BaseUrl | None = None


class StatusRange(Part):
    """From the one order status to the other, both included."""

    from_: Annotated[str, _text(r"\d{2}", 'two digits in quotes, such as "20"'), Field(alias="from")]
    to: Annotated[str, _text(r"\d{2}", 'two digits in quotes, such as "35"')]


class Select(Part):
    """Which orders are taken: each key narrows, an absent or empty one means all."""

    status: StatusRange | None = None
    delivery_method: tuple[Code, ...] = ()
    suppliers: tuple[Code, ...] = ()
    warehouses: tuple[Code, ...] = ()


_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class ShipWhen(Part):
    """When an order is bought: it is quoted at once, and bought on its ship date, in the ship-from's zone (the timezone
    of its location, else the connection's). Left out, orders are bought at once; a label that is made on a weekend is
    dated on the Monday.

    `confirmed: true` waits until the ERP has a confirmation (M3: of each line). `days_before_needed` are calendar days;
    a day off moves to the working day before. From `cutoff` on it is too late for the day.
    """

    confirmed: bool = False
    days_before_needed: Annotated[int, Field(strict=True, ge=0, le=365)] | None = None
    cutoff: Annotated[str, _text(r"([01]\d|2[0-3]):[0-5]\d", 'HH:MM in quotes, such as "15:00"')] | None = None
    working_days: tuple[Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], ...] = (
        "Mon", "Tue", "Wed", "Thu", "Fri",
    )  # fmt: skip

    def rule(self) -> ShipRule:
        cutoff = time.fromisoformat(self.cutoff) if self.cutoff else None
        return ShipRule(self.days_before_needed, cutoff, frozenset(map(_WEEK.index, self.working_days)))


class BillingRule(Part):
    """Who pays when customer, supplier and cost centre (as far as they are named) are these.

    Of the rules that match, the one that names the most decides; of equals, the first. `postcode` and `country` are
    those of the paying account: the country is needed for a third party.
    """

    customer: Code | None = None
    supplier: Code | None = None
    cost_centre: Code | None = None
    bill: Literal["shipper", "receiver", "third_party"]
    account: Account
    postcode: str = ""
    country: Country | Literal[""] = ""

    @property
    def conditions(self) -> dict[str, str]:
        """What an order must have for the rule to match, by name."""
        named = {"customer": self.customer, "supplier": self.supplier, "cost_centre": self.cost_centre}
        return {name: value for name, value in named.items() if value}


class BillingSetting(Part):
    default: Literal["shipper", "receiver", "third_party"] = "shipper"
    rules: tuple[BillingRule, ...] = ()


class Packing(Part):
    """How lines become packages; `package` is the outer size of each when it is known.

    item_carton makes a package of each unit, with the item's own weight and size. handling_units takes the packages as
    the ERP packed them (infor-m3 has none). `divisor` is for the dimensional weight that people are shown: in³/lb where
    sizes are in inches, else cm³/kg; the usual 139 and 5000 when it is left out.
    """

    rule: Rule
    max_weight: PositiveWeight | None = None
    package: Box | None = None
    divisor: Annotated[Decimal, Field(gt=0)] | None = None

    def packing_rule(self, *, valued: bool = False) -> PackingRule:
        """`valued` packages know their share of what the order is worth."""
        return PackingRule(self.rule, self.max_weight, self.package, valued)


class WarehouseDefaults(Part):
    unit_weight: PositiveWeight | None = None


class Defaults(Part):
    """What is taken for a value that the ERP does not have; `unit_weight` is per unit, never per order."""

    unit_weight: PositiveWeight | None = None
    warehouse: dict[Code, WarehouseDefaults] = {}
    phone: tuple[Literal["supplier_contact", "supplier"], ...] = ("supplier_contact", "supplier")
    allow_automatic: bool = False

    def unit_weight_of(self, warehouse: str) -> Weight | None:
        """The default weight of one unit that goes to `warehouse`."""
        own = self.warehouse.get(warehouse, WarehouseDefaults())
        return own.unit_weight or self.unit_weight


class Hazard(Part):
    """Where the ERP says that an item is hazardous: a field and its values, or a list of items. For infor-m3 the field
    is HAZI unless it is said otherwise, and any value but 0 and blank means hazardous unless `values` are named."""

    field: Code | None = None
    values: tuple[str, ...] = ()
    items: tuple[Code, ...] = ()


class ServiceChoice(Part):
    """Several services, of which one is picked for each order: the cheapest that the carrier offers, or the cheapest of
    those that arrive by the needed date."""

    any: tuple[ServiceCode, ...] = Field(min_length=1)
    pick: Literal["cheapest", "cheapest_by_date"] = "cheapest"


Service = Annotated[
    Annotated[ServiceCode, Tag("one")] | Annotated[ServiceChoice, Tag("several")],
    Discriminator(lambda value: "several" if isinstance(value, dict | ServiceChoice) else "one"),
]


class Approval(Part):
    mode: Literal["automatic", "below", "manual"] = "manual"
    amount: Amount | None = None
    currency: Currency | None = None

    @property
    def ceiling(self) -> Money | None:
        """The amount below which no person is asked; None for the modes that have none."""
        return Money(self.amount, self.currency) if self.amount and self.currency else None


def _checked_money(money: Money) -> Money:
    if money.amount <= 0 or not _CURRENCY.fullmatch(money.currency):
        raise ValueError("allowed: an amount above 0, alone or as {amount: 1000.00, currency: USD}")
    return money


class Limits(Part):
    """What a connection may buy. A plain `amount_per_day` is in the currency of `approve`, or else in USD."""

    labels_per_hour: Count = 50
    labels_per_day: Count = 200
    amount_per_day: Annotated[Money, AfterValidator(_checked_money)] = Money(Decimal("1000.00"), "USD")


class LabelSetting(Part):
    format: Literal["GIF", "ZPL", "EPL", "SPL", "PDF"] = "GIF"
    stock: Literal["4x6", "4x8"] = "4x6"
    to: Literal["warehouse", "supplier"] = "warehouse"

    def spec(self) -> LabelSpec:
        return LabelSpec(self.format, self.stock)


class Tracking(Part):
    push: Literal["off", "v1", "v2"] = "v1"
    quantum_view: Code | None = None
    detail: Literal["standard"] = "standard"


class Target(Part):
    """The ERP's field for a canonical name. `max` is its length in characters, None for the field's own."""

    to: Annotated[str, _text(r"[A-Z0-9]{4}", "an M3 field of 4 characters, such as A121 or N096, or off")]
    mode: Literal["overwrite", "if_empty", "append"] = "overwrite"
    max: Count | None = None


def _target(value: object) -> object:
    if value == "off":
        return None
    return {"to": value} if isinstance(value, str) else value


Mapped = Annotated[Target | None, BeforeValidator(_target)]


class WriteBackSetting(Part):
    """Canonical name → field, None for off. The defaults are free fields of CUSEXTMI on the purchase order's head.

    A121 has 120 characters, A230 to A630 have 30, N096 is a number (facts: specs/infor, CUSEXTMI.AddFieldValue).
    """

    enabled: bool = True
    tracking_numbers: Mapped = Target(to="A121")
    service: Mapped = Target(to="A230")
    cost: Mapped = Target(to="N096")
    currency: Mapped = Target(to="A430")
    eta: Mapped = Target(to="A530")
    milestone: Mapped = Target(to="A630")
    tracking_url: Mapped = None

    def targets(self) -> dict[str, Target]:
        """The canonical names that have a field, with it."""
        found = {name: getattr(self, name) for name in type(self).model_fields if name != "enabled"}
        return {name: target for name, target in found.items() if target is not None}


class AddressSetting(Part):
    lines: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1, max_length=3)]
    city: Annotated[str, Field(min_length=1)]
    state: str = ""
    postcode: str = ""
    country: Country


class Location(Part):
    """A warehouse (named by its code), a supplier (by its number) or the holder of the account.

    Where the ERP has no attention or phone for that supplier or warehouse, those of the location are taken.
    """

    name: Annotated[str, Field(min_length=1)]
    attention: str = ""
    phone: str = ""
    address: AddressSetting
    timezone: Zone | None = None

    def party(self) -> Party:
        at = self.address
        address = Address(at.lines, at.city, at.state, at.postcode, at.country)
        return Party(self.name, address, self.attention, self.phone)


SHORTEST_SETTLE = timedelta(minutes=5)
"""A carrier's index is behind: who buys again after a shorter look may own two labels."""


class Connection(Part):
    """One ERP and one carrier, as the file has it. `write_back` and `limits` are normalised, defaults are filled in.

    `flow` says who sends what to whom, and is never guessed: inbound, from a supplier to the line's delivery address or
    our warehouse; drop-ship, from a supplier to our customer; outbound, from us to our customer. The account's holder
    is the shipper of all three. `freight_terms` are asked for inbound, and apply to drop-ship where they are given.
    `accessorials` maps codes of an order (its delivery method, or what the ERP has as accessorials) to extra services,
    each of which is off unless it is mapped.
    """

    id: Annotated[str, _text(r"[a-z0-9-]{3,40}", "3 to 40 of a-z, 0-9 and -")]
    flow: Flow
    erp: InforErp
    carrier: UpsCarrier
    start_from: Instant | None = None
    timezone: Zone = "UTC"
    schedule: Schedule
    select: Select
    freight_terms: dict[Code, Literal["we_pay", "not_ours"]] = {}
    ship_when: ShipWhen | None = None
    billing: BillingSetting = BillingSetting()
    packing: Packing
    defaults: Defaults = Defaults()
    hazard: Hazard | None = None
    services: dict[Code, Service] = Field(min_length=1)
    accessorials: dict[Code, Accessorial] = {}
    approve: Approval = Approval()
    limits: Limits = Limits()
    address_check: Literal["strict", "lenient", "off"] = "strict"
    address_not_covered: Literal["note", "hold"] = "note"
    label: LabelSetting = LabelSetting()
    unknown: Literal["hold", "retry"] = "hold"
    settle: Duration = timedelta(minutes=15)
    strays: Literal["report", "void"] = "report"
    void_window_days: Annotated[int, Field(strict=True, ge=1, le=120)] = 1
    tracking: Tracking = Tracking()
    write_back: WriteBackSetting = WriteBackSetting()
    locations: dict[Code, Location] = {}
    alerts: Annotated[str, _text(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:\S+", "the ARN of an SNS topic")] | None = None
    retention: Duration = timedelta(days=400)

    @model_validator(mode="before")
    @classmethod
    def _money_with_currency(cls, raw: Any) -> Any:
        """Gives a plain `limits.amount_per_day` (or its default) the currency that the file approves in."""
        if not isinstance(raw, dict) or not isinstance(raw.get("limits", {}), dict):
            return raw
        limits, approve = raw.get("limits", {}), raw.get("approve")
        named = approve.get("currency") if isinstance(approve, dict) else None
        currency = named if isinstance(named, str) and _CURRENCY.fullmatch(named) else "USD"
        amount = limits.get("amount_per_day", "1000.00")
        if isinstance(amount, Mapping | Money) or amount is None:
            return raw
        return {**raw, "limits": {**limits, "amount_per_day": {"amount": amount, "currency": currency}}}

    @property
    def company(self) -> str:
        return self.erp.company

    @property
    def carrier_services(self) -> tuple[str, ...]:
        """Every carrier service that the file maps something to, once."""
        found: dict[str, None] = {}
        for service in self.services.values():
            found.update(dict.fromkeys(service.any if isinstance(service, ServiceChoice) else (service,)))
        return tuple(found)

    @property
    def shipper(self) -> Location:
        """The location that holds the carrier's account."""
        return self.locations[self.carrier.shipper.location]


# --- what this version does not do yet -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """A key, or some values of it, that the model knows and the code does not act on: refused rather than ignored.

    `path` may have "*" for any key; `words` are the refused values, empty when every value but `kept` is.
    """

    path: str
    allowed: str
    words: tuple[str, ...] = ()
    kept: tuple[object, ...] = ()

    def refuses(self, value: object) -> bool:
        if self.words:
            return value in self.words
        return value not in (None, {}, [], (), *self.kept)


NOT_BUILT: tuple[NotBuilt, ...] = (
    NotBuilt(
        "erp.kind", "infor-m3", words=("ifs-cloud", "syspro", "oracle-fusion", "infor-ln", "infor-csi", "infor-bod")
    ),
    NotBuilt("carrier.kind", "ups", words=("shipstation",)),
    NotBuilt("erp.network", "public", words=("vpc",)),
    NotBuilt("tracking.push", "v1, off", words=("v2",)),
    NotBuilt("tracking.quantum_view", "null"),
    NotBuilt("write_back.*.values", "leave it out"),
    NotBuilt("alerts", "leave it out (alarms go to the stack's topic)"),
    NotBuilt("send_to_open", "leave it out"),
    NotBuilt("warehouses", "leave it out"),
    NotBuilt("receipts", "leave it out"),
    NotBuilt("stock", "leave it out"),
    NotBuilt("items", "leave it out"),
)
"""One line a key; a later version that builds it takes its line away."""


# --- reading, and what is wrong --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at `path` of the file, and what is allowed there. `value` is what stands there, if anything."""

    path: Path
    message: str
    value: object = None

    @property
    def field(self) -> str:
        return ".".join(str(part) for part in self.path)

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.path else self.message


class ConnectionFileError(Misconfigured):
    """The file is not a connection; `problems` has everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)), field=problems[0].field)
        self.problems = problems


def parse(raw: object) -> Connection:
    """The connection of a file's content (or of `model_dump(mode="json")`). Raises ConnectionFileError."""
    if not isinstance(raw, dict):
        raise ConnectionFileError((Problem((), "a connection file is a mapping of keys, such as id, flow, erp"),))
    missing = tuple(_not_built(raw))
    if any(problem.field in {"erp.kind", "carrier.kind"} for problem in missing):
        raise ConnectionFileError(tuple(p for p in missing if p.field in {"erp.kind", "carrier.kind"}))
    try:
        connection = Connection.model_validate(raw)
    except ValidationError as error:
        named = {problem.path for problem in missing}
        wrong = (_problem(each, raw) for each in error.errors(include_url=False))
        raise ConnectionFileError(missing + tuple(p for p in _once(wrong) if not _under(p.path, named))) from None
    problems = (*missing, *(problem for check in CHECKS for problem in check(connection)))
    if problems:
        raise ConnectionFileError(problems)
    return connection


def _not_built(raw: dict[Any, Any]) -> Iterator[Problem]:
    for entry in NOT_BUILT:
        for path, value in _found(raw, tuple(entry.path.split("."))):
            if entry.refuses(value):
                yield Problem(path, f"not built in this version; allowed: {entry.allowed}", value)


def _found(raw: object, path: tuple[str, ...], before: Path = ()) -> Iterator[tuple[Path, Any]]:
    if not path:
        yield before, raw
    elif path[0] == "*" and isinstance(raw, list | tuple):
        for place, each in enumerate(raw):
            yield from _found(each, path[1:], (*before, place))
    elif isinstance(raw, dict):
        for key in raw if path[0] == "*" else [path[0]] if path[0] in raw else []:
            yield from _found(raw[key], path[1:], (*before, key))


def _once(problems: Iterator[Problem]) -> Iterator[Problem]:
    """The first problem of each path: a union's branches each have their own view of the same value."""
    seen = set[Path]()
    for problem in problems:
        if problem.path not in seen:
            seen.add(problem.path)
            yield problem


def _under(path: Path, named: set[Path]) -> bool:
    return any(path[: len(each)] == each for each in named)


def _problem(error: Any, raw: object) -> Problem:
    absent = error["type"] == "missing"
    path = _path_in_file(error["loc"][:-1] if absent else error["loc"], raw)
    path = (*path, error["loc"][-1]) if absent else path
    return Problem(path, _message(error, path), None if absent else error["input"])


def _path_in_file(location: Path, raw: object) -> Path:
    """Pydantic's location without the names of union branches, which no file has."""
    path: list[str | int] = []
    here = raw
    for part in location:
        if part in here if isinstance(here, dict) else isinstance(here, list | tuple) and isinstance(part, int):
            here = here[part]  # type: ignore[index]
            path.append(part)
    return tuple(path)


def _message(error: Any, path: Path) -> str:
    said = _SAID.get(error["type"])
    if said:
        return said(error, path)
    return str(error["msg"]).removeprefix("Input ").removeprefix("Value ")


def _mapping(path: Path) -> str:
    keys = _keys(_type_at(path))
    return f"must be a mapping with the keys {', '.join(keys)}" if keys else "must be a mapping"


def _not_text(given: object) -> str:
    quoted = isinstance(given, int | float | Decimal) and not isinstance(given, bool)
    return f'must be text: put it in quotes, "{given}"' if quoted else "must be text"


def _unknown_key(path: Path) -> str:
    keys = _keys(_type_at(path[:-1]))
    near = difflib.get_close_matches(str(path[-1]), keys, n=1)
    question = f" (did you mean {near[0]}?)" if near else ""
    return f"unknown key{question}; allowed: {', '.join(keys)}"


def _allowed_at(path: Path) -> str:
    """What a key that is not there could hold, as far as its type says it in a few words."""
    kind = _type_at(path)
    field = _field(_type_at(path[:-1]), path[-1])
    if field and get_origin(kind) is Literal:
        return f"allowed: {_words(get_args(kind), path)}"
    if field and _keys(kind):
        return f"a mapping with the keys {', '.join(_keys(kind))}"
    return next(
        (f"allowed: {each.what}" for each in (field.metadata if field else []) if isinstance(each, Allowed)), ""
    )


def _words(known: Sequence[str], path: Path) -> str:
    """The words that are allowed at `path`, without those that this version refuses."""
    refused = {word for entry in NOT_BUILT if entry.path == ".".join(map(str, path)) for word in entry.words}
    return ", ".join(word for word in known if word not in refused)


_SAID: dict[str, Callable[[Any, Path], str]] = {
    "extra_forbidden": lambda _, path: _unknown_key(path),
    "unexpected_keyword_argument": lambda _, path: _unknown_key(path),
    "missing": lambda _, path: "; ".join(filter(None, ("is required", _allowed_at(path)))),
    "value_error": lambda error, _: str(error["ctx"]["error"]),
    "literal_error": lambda error, path: "allowed: " + _words(re.findall("'([^']*)'", error["ctx"]["expected"]), path),
    "string_type": lambda error, _: _not_text(error["input"]),
    "model_type": lambda _, path: _mapping(path),
    "dataclass_type": lambda _, path: _mapping(path),
    "dict_type": lambda _, path: _mapping(path),
    "tuple_type": lambda _, __: "must be a list, such as [A, B]",
    "too_short": lambda _, __: "must not be empty",
    "string_too_short": lambda _, __: "must not be empty",
    "bool_parsing": lambda _, __: "allowed: true, false",
    "bool_type": lambda _, __: "allowed: true, false",
    "greater_than": lambda error, _: f"allowed: more than {error['ctx']['gt']}",
    "greater_than_equal": lambda error, _: f"allowed: {error['ctx']['ge']} or more",
    "less_than_equal": lambda error, _: f"allowed: {error['ctx']['le']} or less",
    "decimal_max_places": lambda error, _: f"allowed: at most {error['ctx']['decimal_places']} decimal places",
    "decimal_max_digits": lambda error, _: f"allowed: at most {error['ctx']['max_digits']} digits",
    "int_type": lambda _, __: "allowed: a whole number",
    "int_from_float": lambda _, __: "allowed: a whole number",
    "decimal_parsing": lambda _, __: "allowed: a number, such as 150.00",
    "decimal_type": lambda _, __: "allowed: a number, such as 150.00",
    "timezone_aware": lambda _, __: _INSTANT,
    "datetime_from_date_parsing": lambda _, __: _INSTANT,
    "datetime_parsing": lambda _, __: _INSTANT,
    "datetime_type": lambda _, __: _INSTANT,
}
"""Pydantic's error type → our words, which say what is allowed."""


def _type_at(path: Path) -> Any:
    here: Any = Connection
    for part in path:
        here = next((below for below in (_below(each, part) for each in _branches(here)) if below), None)
    return here


def _branches(kind: Any) -> list[Any]:
    if get_origin(kind) is Annotated:
        return _branches(get_args(kind)[0])
    if get_origin(kind) in {Union, types.UnionType}:
        return [branch for each in get_args(kind) for branch in _branches(each)]
    return [kind]


def _field(kind: Any, part: str | int) -> FieldInfo | None:
    models = (each for each in _branches(kind) if isinstance(each, type) and issubclass(each, BaseModel))
    named = ((part in (f.alias, name), f) for model in models for name, f in model.model_fields.items())
    return next((field for match, field in named if match), None)


def _below(kind: Any, part: str | int) -> Any:
    field = _field(kind, part)
    if field:
        return field.annotation
    return get_args(kind)[-1 if get_origin(kind) is dict else 0] if get_origin(kind) in {dict, tuple} else None


def _keys(kind: Any) -> tuple[str, ...]:
    for branch in _branches(kind):
        if isinstance(branch, type) and issubclass(branch, BaseModel):
            return tuple(f.alias or name for name, f in branch.model_fields.items())
        if isinstance(branch, type) and is_dataclass(branch):
            return tuple(field.name for field in fields(branch))
    return ()


# --- what must fit together ------------------------------------------------------------------------------------------


def _selection(connection: Connection) -> Iterator[Problem]:
    select = connection.select
    if not (select.status or select.delivery_method or select.suppliers or select.warehouses):
        keys = ", ".join(_keys(Select))
        yield Problem(("select",), f"would take every order: narrow it by at least one of {keys}")
    if select.status and select.status.from_ > select.status.to:
        yield Problem(("select", "status"), "allowed: from not above to", f"{select.status.from_}-{select.status.to}")
    for position, code in enumerate(select.delivery_method):
        if code not in connection.services:
            known = ", ".join(connection.services)
            message = f"is selected, but has no service: add it under services (mapped there: {known})"
            yield Problem(("select", "delivery_method", position), message, code)


def _places(connection: Connection) -> Iterator[Problem]:
    place = connection.carrier.shipper.location
    if place not in connection.locations:
        known = ", ".join(connection.locations) or "none"
        yield Problem(
            ("carrier", "shipper", "location"), f"is not defined under locations (defined there: {known})", place
        )


def _rules(connection: Connection) -> Iterator[Problem]:
    if connection.flow == "inbound" and not connection.freight_terms:
        message = (
            "is required for flow inbound: map each code to we_pay or not_ours, such as {COL: we_pay, PPD: not_ours}"
        )
        yield Problem(("freight_terms",), message)
    if connection.carrier.environment == "test" and not connection.erp.test_system:
        message = (
            "must be true with carrier.environment test: numbers of test labels belong in no real order. Allowed: "
            "test_system: true when writing to this ERP harms nobody, or carrier.environment: production"
        )
        yield Problem(("erp", "test_system"), message, False)
    if connection.unknown == "retry" and connection.settle < SHORTEST_SETTLE:
        message = f"allowed with unknown: retry: {notation(SHORTEST_SETTLE)} or more, or a label would be bought twice"
        yield Problem(("settle",), message, notation(connection.settle))
    approve = connection.approve
    if approve.mode == "below" and not approve.ceiling:
        absent = "amount" if not approve.amount else "currency"
        yield Problem(
            ("approve", absent), "is required for mode below, such as {mode: below, amount: 150.00, currency: USD}"
        )


def _shipping(connection: Connection) -> Iterator[Problem]:
    """An ERP's documents go certain ways only; which one is never guessed from them."""
    erp = connection.erp
    if connection.flow not in erp.flows:
        message = f"{erp.kind} reads {erp.documents}; allowed: {', '.join(erp.flows)}"
        yield Problem(("flow",), message, connection.flow)
    if connection.ship_when and not connection.ship_when.working_days:
        yield Problem(("ship_when", "working_days"), "must not be empty: nothing would ever ship")


def _packing(connection: Connection) -> Iterator[Problem]:
    packing = connection.packing
    if packing.rule == "max_weight" and not packing.max_weight:
        yield Problem(("packing", "max_weight"), "is required for rule max_weight, such as {value: 50, unit: lb}")
    if packing.rule == "item_carton" and packing.package:
        yield Problem(("packing", "package"), "is not for rule item_carton, which takes each item's own size")
    if packing.rule == "handling_units" and not connection.erp.handling_units:
        others = ", ".join(rule for rule in get_args(Rule) if rule != "handling_units")
        message = f"{connection.erp.kind} has no handling units on these documents; allowed: {others}"
        yield Problem(("packing", "rule"), message, packing.rule)


def _billing(connection: Connection) -> Iterator[Problem]:
    seen = list[dict[str, str]]()
    for place, rule in enumerate(connection.billing.rules):
        path: Path = ("billing", "rules", place)
        if not rule.conditions:
            yield Problem(path, "matches nothing: name its supplier")
        elif rule.conditions in seen:
            yield Problem(path, f"is never reached: rule {seen.index(rule.conditions)} matches the same orders")
        for name in ("customer", "cost_centre"):
            if name in rule.conditions and not connection.erp.gives(name):
                yield Problem((*path, name), _not_given(connection.erp.kind, name), rule.conditions[name])
        if rule.bill == "third_party" and not rule.country:
            yield Problem((*path, "country"), "is required to bill a third party, such as US")
        seen.append(rule.conditions)


def _not_given(kind: str, name: str) -> str:
    return (
        f"{kind} orders have no {name}: name the field of your transaction under erp.bindings, as {name} in the output "
        "of po.head"
    )


def _targets(connection: Connection) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, target in connection.write_back.targets().items():
        other = first.setdefault(target.to, name)
        if other != name:
            message = f"{target.to} is the field of {other} already: give each its own field, or off"
            yield Problem(("write_back", name), message, target.to)


CHECKS: tuple[Callable[[Connection], Iterator[Problem]], ...] = (
    _shipping, _selection, _places, _rules, _packing, _billing, _targets,
)  # fmt: skip


def overlaps(one: Connection, other: Connection) -> bool:
    """Whether some order could be selected by both: same kind, system and company, and no key that keeps them apart.

    A file does not name the ERP's tenant; a test system and another one are never the same.
    """
    here, there = one.erp, other.erp
    if (here.kind, here.company, here.test_system) != (there.kind, there.company, there.test_system):
        return False
    lists = ("delivery_method", "suppliers", "warehouses")
    meet = all(_share(getattr(one.select, key), getattr(other.select, key)) for key in lists)
    return meet and _ranges_meet(one.select.status, other.select.status)


def _share(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not one or not other or not set(one).isdisjoint(other)


def _ranges_meet(one: StatusRange | None, other: StatusRange | None) -> bool:
    return not one or not other or (one.from_ <= other.to and other.from_ <= one.to)
