"""From the context to a checked stack. Needs no credentials and calls nothing."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import App, Validations
from aws_cdk import aws_lambda as lambda_
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.acknowledged import acknowledge
from infra.asset import Target, build, running_version
from infra.functions import Build
from infra.local import architecture
from infra.network import Network
from infra.stack import ParcelbridgeStack
from infra.webhooks import WebhookSettings

ROOT = Path(__file__).parent.parent
ASSETS = ROOT / ".local" / "assets"


def synthesize() -> None:
    """Builds the asset unless it is there, and writes the cloud assembly. Exits non-zero on a finding."""
    app = App()
    local = str(app.node.try_get_context("local")).lower() == "true"
    python = str(app.node.try_get_context("python") or running_version())
    target = Target(python, None) if local else Target(python)
    compose(app, _build(target, local=local), local=local)
    app.synth()


def compose(app: App, made: Build, *, local: bool) -> ParcelbridgeStack:
    """The stack named by the context `name`, under both rule packs."""
    name, node = str(app.node.try_get_context("name") or "parcelbridge"), app.node
    webhooks, network = WebhookSettings.of(node), Network.of(node)
    stack = ParcelbridgeStack(app, name, build=made, local=local, webhooks=webhooks, network=network)
    acknowledge(stack)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    return stack


def _build(target: Target, *, local: bool) -> Build:
    code = lambda_.Code.from_asset(str(build(ROOT, target, ASSETS)))
    return Build(code, target.python, architecture() if local else lambda_.Architecture.ARM_64)
