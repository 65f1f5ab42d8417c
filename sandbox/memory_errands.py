"""Errands in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from shared.domain.errand import Errand, Stage


class MemoryErrands:
    """Passes the same contract suite as the errands on DynamoDB."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Errand] = {}

    def add(self, errand: Errand) -> None:
        self._kept[errand.subject, errand.id] = errand

    def get(self, subject: str, name: str) -> Errand | None:
        return self._kept.get((subject, name))

    def of(self, subject: str, limit: int) -> list[Errand]:
        found = [each for (its, _), each in sorted(self._kept.items(), reverse=True) if its == subject]
        return found[:limit]

    def begin(self, errand: Errand, now: datetime) -> Errand | None:
        begun = replace(errand, stage=Stage.BEGUN, begun_at=now)
        return begun if self._over(begun, Stage.ASKED) else None

    def end(self, errand: Errand) -> bool:
        return self._over(errand, Stage.BEGUN)

    def _over(self, errand: Errand, before: Stage) -> bool:
        stands = self.get(errand.subject, errand.id)
        if stands is None or stands.stage != before:
            return False
        self.add(errand)
        return True
