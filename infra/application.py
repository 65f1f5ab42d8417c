"""From the context to a checked stack. Needs no credentials and calls nothing."""

from __future__ import annotations

import re
from pathlib import Path

from aws_cdk import App, Validations
from aws_cdk import aws_lambda as lambda_
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.acknowledged import acknowledge
from infra.asset import Target, build, running_version
from infra.console import ConsoleSettings
from infra.events import EventSettings
from infra.functions import Build
from infra.local import architecture
from infra.network import Network
from infra.stack import ORDERS_AT_ONCE, ParcelbridgeStack
from infra.storage import Adopted
from infra.webhooks import WebhookSettings

ROOT = Path(__file__).parent.parent
ASSETS = ROOT / ".local" / "assets"


def synthesize() -> None:
    """Builds the asset unless it is there, and writes the cloud assembly. Exits non-zero on a finding."""
    app = App()
    local = str(app.node.try_get_context("local")).lower() == "true"
    python = str(app.node.try_get_context("python") or running_version())
    target = Target(python, None, bundled=False) if local else Target.of_lambda(python)
    compose(app, _build(target, local=local), local=local)
    app.synth()


def compose(app: App, made: Build, *, local: bool) -> ParcelbridgeStack:
    """The stack named by the context `name`, under both rule packs."""
    name, node = _name(app), app.node
    webhooks, network = WebhookSettings.of(node), Network.of(node)
    adopted, at_once, console = Adopted.of(node), _orders_at_once(app), ConsoleSettings.of(node)
    events = EventSettings.of(node, local=local)
    stack = ParcelbridgeStack(
        app,
        name,
        build=made,
        local=local,
        webhooks=webhooks,
        network=network,
        adopted=adopted,
        console=console,
        events=events,
        orders_at_once=at_once,
        metrics=_metrics(app),
    )
    acknowledge(stack, adopted, console, stack.events)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    return stack


def _name(app: App) -> str:
    """The stack's name, which begins the names of its queues and functions. Raises ValueError before a deploy does."""
    name = str(app.node.try_get_context("name") or "parcelbridge")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,39}", name):
        raise ValueError(f"the context name is {name}: at most 40 letters, digits and hyphens, a letter first")
    return name


def _orders_at_once(app: App) -> int:
    """How many orders are worked on at once; SQS takes 2 at least. Raises ValueError."""
    given = str(app.node.try_get_context("orders_at_once") or ORDERS_AT_ONCE)
    if not (given.isascii() and given.isdigit() and 2 <= int(given) <= 1000):
        raise ValueError(f"the context orders_at_once is {given}: a number from 2 to 1000")
    return int(given)


def _metrics(app: App) -> str:
    """Which figures are metrics too (shared/log.py). Raises ValueError."""
    given = str(app.node.try_get_context("metrics") or "few")
    if given not in ("few", "all"):
        raise ValueError(f"the context metrics is {given}: few or all")
    return given


def _build(target: Target, *, local: bool) -> Build:
    code = lambda_.Code.from_asset(str(build(ROOT, target, ASSETS)))
    return Build(code, target.python, architecture() if local else lambda_.Architecture.ARM_64)
