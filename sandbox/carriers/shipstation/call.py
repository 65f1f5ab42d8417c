"""One request as the desks of the account see it: its parts, checked by the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """`found` are the parts of the path that name something."""

    operation: str
    path: str
    found: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def id(self) -> str:
        return self.found[0]


@dataclass(frozen=True)
class Raw:
    """An answer that is no JSON."""

    content_type: str
    body: bytes


Answer = tuple[int, Any]
"""Status and body; None is no body."""
