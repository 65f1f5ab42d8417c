"""Our references: how a shipment, a purchase order or a receipt is found again after an answer was lost."""

from __future__ import annotations

import base64
import hashlib
import re

MAXIMUM = 35
"""Characters of a reference number at the narrowest of our carriers (facts/ups.md, section 4)."""


_OURS = re.compile(r"[A-Z0-9]+-[A-Z2-7]{12}-\d+")


def is_reference(text: str) -> bool:
    """Return whether a text has the form of a reference of ours, of whichever deployment."""
    return len(text) <= MAXIMUM and bool(_OURS.fullmatch(text))


def reference_of(deployment: str, order: str, generation: int) -> str:
    """Deployment, order and generation in at most 35 characters without blanks.

    The order's key is digested (60 bits), since ERP numbers have any length and any characters; the number itself goes
    with the shipment as its second reference.
    """
    digest = base64.b32encode(hashlib.sha256(order.encode()).digest())[:12].decode()
    reference = f"{deployment.upper()}-{digest}-{generation}"
    if len(reference) > MAXIMUM or " " in reference:
        raise ValueError(
            f"reference {reference!r} is longer than {MAXIMUM} characters or has a blank: shorten the deployment id"
        )
    return reference


def inbound_reference(deployment: str, key: str, document: str) -> str:
    """Our reference at the warehouse, in at most 50 characters: the ERP's number, which people look for, and a digest
    that no other order has."""
    digest = base64.b32encode(hashlib.sha256(f"{deployment}|{key}".encode()).digest())[:12].decode()
    return f"{document[:37]}-{digest}"


def mark_of(deployment: str, key: str, receipt: int) -> str:
    """The mark of a receipt in the ERP, in at most 20 characters: digest of deployment and order, then its number."""
    digest = base64.b32encode(hashlib.sha256(f"{deployment}|{key}".encode()).digest())[:12].decode()
    return f"PB{digest}{receipt:04}"
