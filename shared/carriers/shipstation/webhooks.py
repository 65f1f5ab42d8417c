"""The webhooks of a V2 account: made unless they stand, and given a new credential."""

from __future__ import annotations

from typing import Any

from shared import log
from shared.carriers.shipstation import build, parse
from shared.carriers.shipstation.calls import ShipStationCalls
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.domain.tracking import PushTarget
from shared.errors import Refused, Retry


def ensure(calls: ShipStationCalls, settings: ShipStationSettings, target: PushTarget) -> None:
    """One webhook for each event that is wanted, under the first of its names that the account takes (facts 5).

    Raises Refused for parcels' events that it takes under no name; labels are found by the polls then."""
    answer = calls.ask("GET", build.WEBHOOKS)
    if not isinstance(answer.body, list):
        raise Retry("ShipStation answered without a list of webhooks", answer.after)
    for names in build.events(settings):
        if not any(_stands(calls, answer.body, build.webhook(target, name)) for name in names):
            _make(calls, target, names)


def _stands(calls: ShipStationCalls, standing: list[Any], wanted: dict[str, Any]) -> bool:
    """Tell if the webhook is there; one with another credential is given this one."""
    there = parse.subscription(standing, wanted)
    if there:
        told = {name: wanted[name] for name in ("url", "headers", "name")}
        calls.ask("PUT", build.webhook_path(there), told)
    return there is not None


def _make(calls: ShipStationCalls, target: PushTarget, names: tuple[str, ...]) -> None:
    for name in names:
        try:
            made = calls.ask("POST", build.WEBHOOKS, build.webhook(target, name))
        except Refused as error:
            if error.field != "event":
                raise
            log.step("event_not_known", known_as=name, why=str(error))
        else:
            if not isinstance(made.body, dict):
                raise Retry("ShipStation answered without the webhook", made.after)
            return
    if build.TRACK_EVENT in names:
        raise Refused("refused", f"ShipStation takes none of these events: {', '.join(names)}", field="event")
