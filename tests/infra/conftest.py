"""The stack, synthesized once a session with a stand-in for the code: full, and as the local AWS gets it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

Template = dict[str, Any]


def synthesize(folder: Path, *, local: bool = False, context: Mapping[str, str] | None = None) -> Path:
    """Synthesizes under both rule packs; a finding raises. Returns the template's path."""
    from aws_cdk import App
    from aws_cdk import aws_lambda as lambda_

    from infra.application import compose
    from infra.asset import running_version
    from infra.functions import Build
    from infra.local import architecture

    code = folder / "code"
    code.mkdir(parents=True)
    (code / "stand_in.py").write_text("")
    app = App(outdir=str(folder / "out"), context=dict(context or {}), analytics_reporting=False)
    built_for = architecture() if local else lambda_.Architecture.ARM_64
    made = Build(lambda_.Code.from_asset(str(code)), running_version(), built_for)
    name = compose(app, made, local=local).stack_name
    app.synth()
    return folder / "out" / f"{name}.template.json"


@pytest.fixture(scope="session")
def template_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesize(tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="session")
def template(template_file: Path) -> Template:
    return json.loads(template_file.read_text())


@pytest.fixture(scope="session")
def local_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return json.loads(synthesize(tmp_path_factory.mktemp("local"), local=True).read_text())


class Stack:
    """A template, asked by type and by the names that people use."""

    def __init__(self, template: Template) -> None:
        self.resources: dict[str, Template] = template["Resources"]
        self.outputs: dict[str, Template] = template["Outputs"]

    def of_type(self, kind: str) -> dict[str, Template]:
        return {name: each["Properties"] for name, each in self.resources.items() if each["Type"] == kind}

    def functions(self) -> dict[str, Template]:
        """By the name of the folder under functions/."""
        found = self.of_type("AWS::Lambda::Function").values()
        return {each["Handler"].split(".")[1]: each for each in found}

    def queues(self) -> dict[str, Template]:
        """By name, without the stack's prefix."""
        found = self.of_type("AWS::SQS::Queue").values()
        return {each["QueueName"].removeprefix("parcelbridge-"): each for each in found}

    def name_of(self, logical_id: str) -> str:
        """Return a person's name for a resource: a queue by its name, a function by its folder, the rest by its
        type."""
        resource = self.resources[logical_id]
        properties = resource.get("Properties", {})
        if "QueueName" in properties:
            return str(properties["QueueName"]).removeprefix("parcelbridge-")
        if "Handler" in properties:
            return str(properties["Handler"]).split(".")[1]
        return str(resource["Type"].split("::")[-1]).lower()


@pytest.fixture(scope="session")
def stack(template: Template) -> Stack:
    return Stack(template)
