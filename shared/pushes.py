"""Which kinds of carrier push events, and the module that reads theirs: a line a kind, beside the registry's.

It loads nothing but the module that is asked for, so that the function behind the webhooks starts fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from shared.domain.tracking import TrackingEvent

READERS: Mapping[str, str] = {
    "shipstation": "shared.carriers.shipstation.push",
    "ups": "shared.carriers.ups.push",
}


def reader_of(kind: str) -> Callable[[Mapping[str, Any]], tuple[str, TrackingEvent] | None]:
    """`read` of the kind's module: the tracking number and the event of a webhook's body, None when it tells nothing.

    Raises KeyError for a kind that pushes nothing.
    """
    return cast("Callable[[Mapping[str, Any]], tuple[str, TrackingEvent] | None]", import_module(READERS[kind]).read)
