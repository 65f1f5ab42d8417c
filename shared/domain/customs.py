"""Goods and papers at a customs border. Pure."""

from __future__ import annotations

from typing import Literal

ReceiverKind = Literal["business", "consumer"]
