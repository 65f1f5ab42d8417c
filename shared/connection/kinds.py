"""Kinds of ERP and carrier: what each says of its part of the file. The registry lists them; nothing here names one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as fact
from typing import Any

from shared.connection.kind_parts import CarrierPart, ErpPart, TrackingPart
from shared.connection.places import LabelSetting
from shared.connection.policies import Hazard, Packing
from shared.connection.problem import NotBuilt
from shared.connection.select_part import SelectPart
from shared.connection.write_back import WriteBackPart


@dataclass(frozen=True, slots=True, eq=False)
class ErpKind:
    """One kind of ERP. `adapter` is the module with `open_erp`: imported when a connection of this kind is opened.

    `setup` is the module with `SETUP` (a Setup): imported when a person sets a connection up. A kind that takes a
    common part in its own way, or has better words for its keys, has a type of its own for it.
    """

    name: str
    title: str
    adapter: str
    part: type[ErpPart]
    select: type[SelectPart]
    write_back: type[WriteBackPart]
    packing: type[Packing] = Packing
    hazard: type[Hazard] = Hazard
    not_built: tuple[NotBuilt, ...] = ()
    setup: str = ""
    hosts: tuple[str, ...] = ()
    """The vendor's own hosts: to these a credential may be sent, to any other that its secret names."""


@dataclass(frozen=True, slots=True, eq=False)
class CarrierKind:
    """One kind of carrier; `adapter` (with `open_carrier`), `setup` and `hosts` as an ERP's.

    `service` is the type of its service codes, `extras` the top-level keys that it alone takes, or in
    its own way. `labels` says of
    a file's raw content whether labels are bought by it: then services and packing are asked for.
    """

    name: str
    title: str
    adapter: str
    part: type[CarrierPart]
    service: Any
    tracking: type[TrackingPart]
    label: type[LabelSetting] = LabelSetting
    labels: Callable[[Mapping[str, Any]], bool] = lambda _: True
    extras: Mapping[str, tuple[Any, Any]] = fact(default_factory=dict)
    not_built: tuple[NotBuilt, ...] = ()
    setup: str = ""
    hosts: tuple[str, ...] = ()
    bills: str = ""
    """The module with `open_bill`, where the carrier's bills are read: imported when a person has one."""


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """All kinds that there are, by name; `named` are those that are known and not built, told as such."""

    erps: Mapping[str, ErpKind]
    carriers: Mapping[str, CarrierKind]
    named: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *kinds: ErpKind | CarrierKind, named: tuple[str, ...] = ()) -> Kinds:
        """The kinds by side and name."""
        return cls(
            {kind.name: kind for kind in kinds if isinstance(kind, ErpKind)},
            {kind.name: kind for kind in kinds if isinstance(kind, CarrierKind)},
            frozenset(named),
        )
