"""`parcelbridge webhooks`: made with the connection, shown, rotated without losing an event, tried out."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.memory import MemorySecrets
from shared.aws.push_targets import PushTargets
from shared.carriers.ups.push import read
from shared.carriers.ups.simulated import simulated
from shared.domain.milestones import Milestone
from shared.domain.parcel import ParcelEvent, Source
from shared.domain.webhook import Webhook, digest_of
from shared.http import NotSent, Response
from shared.ports import PushTarget
from tests.builders import NOW
from tests.component.cli.fakes import HOOKS, Desk, written
from tests.component.cli.office import CONNECTION, Office
from tests.component.cli.test_files import GOOD

NUMBER = "1ZCIETST0111111114"
V2: dict[str, Any] = {"tracking": {"push": "v2"}}


def webhook_of(office: Office | Desk) -> Webhook:
    webhook = office.ports.webhooks.of(CONNECTION)
    assert webhook
    return webhook


def credential(office: Office | Desk) -> str:
    return office.credentials.kept[CONNECTION, "webhook"]["credential"]


def target(office: Office | Desk, secrets: MemorySecrets | None = None) -> PushTarget | None:
    """Return the target that a subscription would name."""
    stored = office.ports.connections.get(CONNECTION)
    assert stored
    return PushTargets(office.ports.webhooks, secrets or MemorySecrets(office.credentials.kept), HOOKS)(
        stored.connection
    )


def started(**changes: Any) -> Office:
    """A connection that runs, with its webhook, and an order's parcel that is on its way."""
    office = Office(start=False, **changes)
    office.says("connections", "start", CONNECTION, "--yes")
    office.through()
    return office


def number_of(office: Office) -> str:
    return office.head().tracking_number


# --- made ------------------------------------------------------------------------------------------------------------


def test_a_connection_whose_carrier_pushes_gets_its_webhook_when_it_is_applied(desk: Desk, tmp_path: Path) -> None:
    done = desk.run("connections", "apply", written(tmp_path, GOOD))
    assert f"webhook: made: parcelbridge webhooks show {CONNECTION}" in done.stdout
    webhook = webhook_of(desk)
    assert (webhook.connection, webhook.carrier) == (CONNECTION, "ups")
    assert [each.digest for each in webhook.credentials] == [digest_of(credential(desk).encode())]
    assert target(desk) == PushTarget(f"{HOOKS}/webhooks/ups/{webhook.id}", credential(desk))
    again = desk.run("connections", "apply", written(tmp_path, GOOD))
    assert "webhook" not in again.stdout
    assert webhook_of(desk) == webhook


def test_one_that_takes_no_pushes_has_none(desk: Desk, tmp_path: Path) -> None:
    desk.run("connections", "apply", written(tmp_path, GOOD + "tracking: {push: off}\n"))
    assert desk.ports.webhooks.of(CONNECTION) is None
    assert target(desk) is None
    refused = desk.run("webhooks", "show", CONNECTION)
    assert refused.exit_code == 1
    assert f"{CONNECTION} takes no pushes: its file says polls only" in refused.stderr


def test_a_connection_of_an_earlier_release_gets_its_webhook_when_it_is_started(desk: Desk) -> None:
    desk.has("paused", webhook=False)
    missing = desk.run("webhooks", "show", CONNECTION)
    assert "has no webhook yet" in missing.stderr
    assert target(desk) is None
    desk.run("connections", "start", CONNECTION, "--yes")
    assert target(desk)


def test_parcels_that_went_without_are_subscribed_to_once_it_is_there() -> None:
    office = Office(webhook=False)
    office.through()
    office.sweep()
    office.work()
    number = number_of(office)
    watch = office.ports.tracking.watch("ups", number)
    assert watch
    assert watch.subscribe_at is None
    office.says("connections", "pause", CONNECTION)
    office.says("connections", "resume", CONNECTION)
    watch = office.ports.tracking.watch("ups", number)
    assert watch
    assert watch.subscribe_at == office.clock.now()


def test_parcels_are_subscribed_to_again_when_the_file_pushes_in_another_way(tmp_path: Path) -> None:
    office = started()
    number = number_of(office)
    file = office.world.connection.model_dump(mode="json", by_alias=True)
    for push in ("off", "v2"):
        office.sweep()
        office.work()
        watch = office.ports.tracking.watch("ups", number)
        assert watch
        assert watch.subscribe_at is None  # nobody pushes in this world
        office.passes(timedelta(hours=1))
        office.says("connections", "apply", written(tmp_path, json.dumps({**file, "tracking": {"push": push}})))
    watch = office.ports.tracking.watch("ups", number)
    assert watch
    assert watch.subscribe_at == office.clock.now()


# --- shown -----------------------------------------------------------------------------------------------------------


def test_v1_has_nothing_to_be_entered(desk: Desk, tmp_path: Path) -> None:
    desk.run("connections", "apply", written(tmp_path, GOOD))
    shown = desk.run("webhooks", "show", CONNECTION).stdout
    assert f"{HOOKS}/webhooks/ups/{webhook_of(desk).id}" in shown
    assert "push v1" in shown
    assert "nothing is to be entered anywhere" in shown
    assert credential(desk) not in shown


def test_v2_says_what_to_enter_and_the_credential_when_it_is_asked_for(desk: Desk, tmp_path: Path) -> None:
    made = desk.run("connections", "apply", written(tmp_path, GOOD + "tracking: {push: v2}\n")).stdout
    assert "enter it at developer.ups.com, Manage Webhook Credentials" in made
    address = f"{HOOKS}/webhooks/ups/{webhook_of(desk).id}"
    assert target(desk) == PushTarget(address)
    shown = desk.run("webhooks", "show", CONNECTION).stdout
    for said in (address, f"{address}/token", CONNECTION, "developer.ups.com", "--credential prints the client secret"):
        assert said in shown
    assert credential(desk) not in shown
    facts = json.loads(desk.run("webhooks", "show", CONNECTION, "--credential", "--json").stdout)
    assert facts["client secret"] == credential(desk)
    assert (facts["client id"], facts["token address"]) == (CONNECTION, f"{address}/token")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (NotSent("hooks.example: no such host"), "cannot be reached: hooks.example: no such host"),
        (Response(404, {}, b""), "answers 404, where a stranger should be answered 401"),
        (None, "answers"),
    ],
)
def test_s66_the_connection_s_test_asks_the_webhook_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: Any, said: str
) -> None:
    desk.has()

    def send(*_: object, **__: object) -> Response:
        if isinstance(fault, Response):
            return fault
        raise fault

    if fault:
        monkeypatch.setattr(desk.hooks, "send", send)
    checks = {each["name"]: each for each in json.loads(desk.run("connections", "test", CONNECTION, "--json").stdout)}
    assert checks["webhook"]["ok"] is (fault is None)
    assert said in checks["webhook"]["detail"]


def test_s66_a_connection_without_its_webhook_fails_the_test(desk: Desk) -> None:
    desk.has(webhook=False)
    checks = {each["name"]: each for each in json.loads(desk.run("connections", "test", CONNECTION, "--json").stdout)}
    assert checks["webhook"]["detail"] == f"there is none: apply the file of {CONNECTION} again"


def test_a_subscription_of_the_whole_account_is_recognised_by_what_it_pushes() -> None:
    office = started()
    number = number_of(office)
    office.sweep()
    office.work()

    def found() -> list[dict[str, Any]]:
        tested = json.loads(office.run("connections", "test", CONNECTION, "--json").stdout)
        return [each for each in tested if each["name"] == "account subscription"]

    assert found() == []
    told = read(simulated(number, Milestone.IN_TRANSIT, NOW))
    assert told
    office.ports.tracking.keep("ups", number, [ParcelEvent(told[1], Source.PUSH, CONNECTION, NOW)], expires=None)
    (check,) = found()
    assert check["ok"] is True
    assert check["detail"].endswith(f"it pushes 1 parcel without one of ours, such as {number}")


# --- rotated ---------------------------------------------------------------------------------------------------------


def test_g15_a_rotation_keeps_the_former_credential_and_subscribes_the_live_parcels_again() -> None:
    office = started()
    former, number = credential(office), number_of(office)
    office.passes(timedelta(hours=1))
    said = office.says("webhooks", "rotate", CONNECTION)
    assert "1 parcels that are on their way are subscribed to again" in said
    assert credential(office) != former
    webhook = webhook_of(office)
    assert webhook.admits(former.encode())
    assert webhook.admits(credential(office).encode())
    watch = office.ports.tracking.watch("ups", number)
    assert watch
    assert watch.due_at == watch.subscribe_at == office.clock.now()
    assert target(office) == PushTarget(HOOKS + webhook.path, credential(office))


def test_g15_the_former_credential_ends_by_the_next_rotation_or_by_a_person() -> None:
    office = started()
    former = credential(office)
    office.says("webhooks", "rotate", CONNECTION)
    middle = credential(office)
    office.says("webhooks", "rotate", CONNECTION)
    last = credential(office)
    assert [webhook_of(office).admits(each.encode()) for each in (former, middle, last)] == [False, True, True]
    assert "the former credential is ended" in office.says("webhooks", "rotate", CONNECTION, "--end")
    assert [webhook_of(office).admits(each.encode()) for each in (middle, last)] == [False, True]
    assert "there is no former credential" in office.says("webhooks", "rotate", CONNECTION, "--end")
    assert credential(office) == last


def test_g15_a_rotation_that_dies_half_way_keeps_what_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    office = started()
    former = credential(office)

    def dies(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(office.credentials, "put", dies)
        office.run("webhooks", "rotate", CONNECTION)
    assert credential(office) == former
    assert target(office) == PushTarget(HOOKS + webhook_of(office).path, former)
    office.says("webhooks", "rotate", CONNECTION)
    assert [webhook_of(office).admits(each.encode()) for each in (former, credential(office))] == [True, True]


def test_g15_a_worker_that_read_the_former_credential_subscribes_with_the_new_one() -> None:
    office = started()
    secrets = MemorySecrets(office.credentials.kept, office.clock)
    before = target(office, secrets)
    office.says("webhooks", "rotate", CONNECTION)
    after = target(office, secrets)
    assert before
    assert after
    assert (before.credential != after.credential, after.credential) == (True, credential(office))


def test_a_rotation_of_v2_asks_a_person_to_enter_it() -> None:
    office = started(**V2)
    said = office.says("webhooks", "rotate", CONNECTION)
    assert "enter address, token address, client id and client secret at developer.ups.com" in said
    assert "subscribed to again" not in said


# --- tried out -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_simulated_way_reaches_the_order_and_the_erp_through_the_webhook(version: str) -> None:
    office = started(tracking={"push": version})
    said = office.says("webhooks", "simulate", CONNECTION, office.head().document)
    assert said.count(": 200 stored") == 4
    assert any("credential" in each.headers for each in office.hooks.requests) == (version == "v1")
    assert any(each.url.endswith("/token") for each in office.hooks.requests) == (version == "v2")
    office.work()
    watch = office.ports.tracking.watch("ups", number_of(office))
    assert watch
    assert watch.facts.milestone == Milestone.DELIVERED
    assert office.in_erp()["A630"] == Milestone.DELIVERED


def test_one_milestone_of_any_number_can_be_simulated() -> None:
    office = started()
    said = office.says("webhooks", "simulate", CONNECTION, NUMBER, "--milestone", "out_for_delivery")
    assert f"{NUMBER} out_for_delivery: 200 stored" in said
    (event,) = office.ports.tracking.events("ups", NUMBER, CONNECTION)
    assert event.event.milestone == Milestone.OUT_FOR_DELIVERY


def test_what_cannot_be_simulated_is_said() -> None:
    office = started()
    assert "ghost: no milestone; allowed: label_created," in office.says(
        "webhooks", "simulate", CONNECTION, NUMBER, "--milestone", "ghost", ends=2
    )
    assert "there is no order 999" in office.says("webhooks", "simulate", CONNECTION, "999", ends=1)
    office.credentials.kept[CONNECTION, "webhook"]["credential"] = "another"
    assert "403 wrong credential" in office.says("webhooks", "simulate", CONNECTION, NUMBER, ends=1)
    del office.credentials.kept[CONNECTION, "webhook"]
    assert "webhooks rotate" in office.says("webhooks", "simulate", CONNECTION, NUMBER, ends=1)


def test_no_real_parcel_is_told_what_never_happened() -> None:
    office = started(carrier={"environment": "production"})
    said = office.says("webhooks", "simulate", CONNECTION, office.head().document, ends=1)
    assert "labels of acme-infor-ups are real" in said
    assert office.hooks.requests == []
    assert "200 stored" in office.says("webhooks", "simulate", CONNECTION, NUMBER, "--milestone", "in_transit")


@pytest.mark.parametrize("milestone", Milestone)
def test_what_is_simulated_is_read_as_the_carrier_s_own(milestone: Milestone) -> None:
    found = read(simulated(NUMBER, milestone, NOW))
    assert found
    number, event = found
    assert (number, event.milestone, event.at) == (NUMBER, milestone, NOW)
