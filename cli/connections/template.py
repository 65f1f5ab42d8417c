"""The commented file that `connections init` writes. What a person must fill in is empty: `apply` then names each.

Each kind brings the keys that are its own (the module of its `setup`), the common ones stand here. What neither names
follows from the model (cli/connections/commented.py), so that no key is forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from io import StringIO
from itertools import pairwise
from typing import Any

from ruamel.yaml import YAML

from cli.connections.commented import commented
from cli.connections.forms import secrets_command
from cli.connections.keys import Key, keys_of
from cli.connections.yaml_text import yaml_text
from cli.errors import BadUsage
from shared.connection import CarrierKind, ErpKind, OrderFact
from shared.registry import KINDS, setup_of

HEADER = """\
# One ERP, one carrier, and what moves between them. What is empty ("") must be filled in; `connections apply` names it.
# Every key that can be left out stands behind a # with its default: take the # away to set it. "such as" marks one
# that has no default. docs/connections.md says what is allowed.
# The ERP's own codes (methods, terms, suppliers, warehouses), also while this file is being filled in:
#   parcelbridge connections lookup {id} methods --file connections/{id}.yaml
# Credentials are not kept here:
#   {erp}
#   {carrier}
"""
COMMON = """\
timezone: UTC                # of the schedule, and of locations without their own: America/New_York

schedule: rate(10 minutes)   # or cron(0/30 7-18 ? * MON-FRI *)

packing:
  rule: max_weight           # or one_per_order, one_per_line
  max_weight: {value: 50, unit: lb}

approve:
  mode: manual               # a person says yes to each quote; or automatic, or below (an amount)

limits:                      # what it may buy before it stops and an alarm says so
  labels_per_hour: 50
  labels_per_day: 200
  amount_per_day: 1000.00    # in the currency of approve, or else in USD
"""
ORDER = (
    "id", "flow", "erp", "carrier", "timezone", "schedule", "select", "services", "freight_terms", "packing", "approve",
    "limits", "label", "write_back", "locations",
)  # fmt: skip
"""The parts of the file in the order in which they are read; any other one comes behind them."""
OPTIONAL = "# --- parts that can be left out " + 87 * "-"


def template(connection_id: str, erp_kind: str, carrier_kind: str) -> str:
    """The file's text. Raises BadUsage for a kind that this version does not have."""
    erp, carrier = kinds_named(erp_kind, carrier_kind)
    parts = {"id": f"id: {connection_id}"}
    for text in (COMMON, setup_of(erp).sample, setup_of(carrier).sample):
        parts |= _parts(text)
    keys = [key for key in keys_of(erp, carrier) if key.path not in _not_given(erp, _values(parts))]
    parts.setdefault("services", _services(erp, _values(parts), keys))
    live = _values(parts)
    header = HEADER.format(
        id=connection_id,
        erp=secrets_command(connection_id, "erp", erp, KINDS),
        carrier=secrets_command(connection_id, "carrier", carrier, KINDS),
    )
    ordered = sorted(parts, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    blocks = [_with_the_rest(name, parts[name], live, keys) for name in ordered]
    return f"{header}{_spaced(blocks)}\n\n{OPTIONAL}\n{commented('', live, keys)}\n"


def kinds_named(erp: str, carrier: str) -> tuple[ErpKind, CarrierKind]:
    """The kinds of these names. Raises BadUsage for one that this version does not have."""
    sides: tuple[tuple[str, str, Collection[str]], ...] = (
        ("--erp", erp, KINDS.erps),
        ("--carrier", carrier, KINDS.carriers),
    )
    for name, kind, known in sides:
        if kind not in known:
            raise BadUsage(f"{name} {kind} is not built in this version; allowed: {', '.join(known)}")
    return KINDS.erps[erp], KINDS.carriers[carrier]


def _parts(text: str) -> dict[str, str]:
    """The text's parts by their key at the left edge, each with the lines below it."""
    found = re.finditer(r"^(\w+):.*\n(?: .*\n)*", text, re.MULTILINE)
    return {each[1]: each[0].rstrip() for each in found}


def _values(parts: Mapping[str, str]) -> Any:
    return YAML(typ="safe", pure=True).load(StringIO("\n".join(parts.values())))


def _not_given(erp: ErpKind, live: Any) -> set[str]:
    """Conditions of a billing rule that the ERP's orders have no fact for, as the sample has it."""
    part = erp.part.model_construct(**live["erp"])
    facts: tuple[OrderFact, ...] = ("customer", "cost_centre")
    return {f"billing.rules.*.{fact}" for fact in facts if not part.gives(fact)}


def _services(erp: ErpKind, live: Any, keys: Sequence[Key]) -> str:
    """Each selected code that needs a service gets the same one."""
    service = next(key for key in keys if key.path == "services.*")
    codes = [code for _, code in erp.select.model_validate(live["select"]).codes()] or [service.place[-1]]
    text = f"services: {{{', '.join(f'{yaml_text(code)}: {service.example}' for code in codes)}}}"
    return f"{text:<28} # {service.meaning}"


def _with_the_rest(name: str, block: str, live: Any, keys: Sequence[Key]) -> str:
    """A part of several lines with the keys that it can do without."""
    return "\n".join(filter(None, (block, commented(name, live, keys) if "\n" in block else "")))


def _spaced(blocks: Sequence[str]) -> str:
    """An empty line around each part of several lines."""
    text = blocks[0]
    for before, block in pairwise(blocks):
        text += ("\n\n" if "\n" in before + block else "\n") + block
    return text
