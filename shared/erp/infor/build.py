"""Builds the requests of the M3 API v2: single calls by GET, for reads and, as Infor has it, for writes. Pure.

Sources of what is done here: facts/infor.md, section 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from shared.erp.infor.bindings import Binding
from shared.http import Request

EXECUTE = "M3/m3api-rest/v2/execute"


@dataclass(frozen=True, slots=True)
class Place:
    """Where calls go: the gateway's address, the tenant, the company and, unless blank, the division."""

    gateway: str
    tenant: str
    cono: str
    divi: str = ""


def call_request(url: str, token: str) -> Request:
    """The GET of a single call; M3 through ION wants no other header (no CSRF token)."""
    return Request("GET", url, {"Authorization": f"Bearer {token}", "Accept": "application/json"})


def call_url(
    place: Place,
    binding: Binding,
    transaction: str,
    fields: Mapping[str, str],
    columns: Sequence[str] = (),
    most: int | None = None,
) -> str:
    """The address of one call: MI fields in capitals, the context in lower case beside them."""
    context = context_of(place, binding, columns, most)
    query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in {**fields, **context}.items())
    base = f"{place.gateway}/{_quoted(place.tenant)}/{EXECUTE}"
    return f"{base}/{binding.program}/{transaction}?{query}"


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    """Percent-encoded, a blank as %20. The same names, columns and document numbers stand in call after call."""
    return quote(text, safe="")


def context_of(place: Place, binding: Binding, columns: Sequence[str], most: int | None) -> dict[str, str]:
    """`cono` on every call, also where the transaction has no such field (S03); `maxrecs` always, since its default is
    not documented and 0 is all. An entry may set its own context (a blank `divi`, say), never another company."""
    context = {"maxrecs": "0" if binding.kind == "list" else "1", "dateformat": "YMD8", "righttrim": "true"}
    context["excludeempty"] = "true"
    if place.divi:
        context["divi"] = place.divi
    context |= {**binding.context, "cono": place.cono}
    if most is not None:
        context["maxrecs"] = str(most)
    if columns:
        context["returncols"] = ",".join(dict.fromkeys(columns))
    return context
