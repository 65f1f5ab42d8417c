"""Which kinds of carrier push events, and the module that reads theirs: a line a kind, beside the registry's.

It loads nothing but the module that is asked for, so that the function behind the webhooks starts fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.tracking import Pointer, TrackingEvent
    from shared.domain.webhook import Signed

    Read = Callable[[Mapping[str, Any]], tuple[str, TrackingEvent] | Pointer | None]
    Verify = Callable[[Mapping[str, str], bytes, Mapping[str, str], datetime], Signed]

READERS: Mapping[str, str] = {
    "shipstation": "shared.carriers.shipstation.push",
    "ups": "shared.carriers.ups.push",
}


SIGNATURES: Mapping[str, str] = {"shipstation": "shared.carriers.shipstation.signature"}
"""The kinds that sign what they push, each with the module that verifies it."""


def reader_of(kind: str) -> Read:
    """`read` of the kind's module: the tracking number and the event of a webhook's body, or where it points; None when
    it tells nothing.

    Raises KeyError for a kind that pushes nothing.
    """
    return cast("Read", import_module(READERS[kind]).read)


def verifier_of(kind: str) -> Verify | None:
    """`verified` of the kind's module: how a call is signed; None for a kind that signs nothing."""
    return cast("Verify", import_module(SIGNATURES[kind]).verified) if kind in SIGNATURES else None
