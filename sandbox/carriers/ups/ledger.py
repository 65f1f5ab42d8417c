"""UPS's tracking numbers, over the ledger that all emulated carriers keep."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.ledger import Ledger as CommonLedger
from sandbox.ledger import LedgerShipment

__all__ = ["Ledger", "LedgerShipment", "check_digit", "tracking_number"]


@dataclass
class Ledger(CommonLedger):
    """Every shipment that was ever bought, in the order of buying."""

    def numbers(self, account: str, service: str, count: int) -> tuple[str, ...]:
        """The next `count` tracking numbers: never given twice, the same ones for the same history."""
        return tuple(tracking_number(account, service, serial) for serial in self.serials(count))


def tracking_number(account: str, service: str, serial: int) -> str:
    """1Z, account, service, seven digits, and the check digit."""
    body = f"{account}{service}{serial:07d}"
    return f"1Z{body}{check_digit(body)}"


def check_digit(body: str) -> int:
    """Modulus 10 over the 15 characters behind 1Z: letters count from A = 2 upwards, every second one is doubled."""
    total = 0
    for position, character in enumerate(body):
        digit = int(character) if character.isdigit() else (ord(character) - 63) % 10
        total += digit * 2 if position % 2 else digit
    return -total % 10
