"""The local AWS with the app in it: the same CDK app, deployed by the same command line as into an account."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from sandbox.local_process import run, stop
from sandbox.local_server import ACCOUNT, HOME, REGION, ROOT, LocalAws, healthy, launch, programs

__all__ = ["HOME", "LocalAws", "attach", "deploy", "keep", "launch", "running"]

CDK_SECONDS = 600.0
FEWEST_AT_ONCE = 2
"""AWS allows no event source less."""


def deploy(aws: LocalAws, context: Sequence[str] = ()) -> LocalAws:
    """Bootstraps the account and deploys the app into it, with `local=true` and further `name=value` context.

    Returns the same AWS with the outputs. Raises LocalError.
    """
    outputs = aws.home / "outputs.json"
    app = ["--app", f"{shlex.quote(sys.executable)} app.py", "--output", str(aws.home / "cdk.out")]
    for pair in ("local=true", *context):
        app += ["--context", pair]
    _cdk(aws, "bootstrap", f"aws://{ACCOUNT}/{REGION}", folder=aws.home)  # where no app is, none is synthesized
    _cdk(aws, "deploy", "--all", "--require-approval", "never", "--outputs-file", str(outputs), *app)
    (deployed,) = json.loads(outputs.read_text()).values()
    deployed_aws = replace(aws, outputs=deployed)
    _switch_on_expiry(deployed_aws)
    _fit_to_this_machine(deployed_aws)
    return deployed_aws


@contextmanager
def running(home: Path = HOME, context: Sequence[str] = ()) -> Iterator[LocalAws]:
    """A deployed local AWS for as long as the block lasts; it is ended however the block ends."""
    aws, process = launch(home)
    try:
        yield deploy(aws, context)
    finally:
        stop(process.pid, process)


def keep(aws: LocalAws, place: Path, **beside: object) -> None:
    """Writes down a stack that stays when we go (`make up`), with whatever runs beside it: pids, ports, addresses."""
    described = {**asdict(aws), "home": str(aws.home), "environment": aws.environment, **beside}
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(described, indent=2, default=str) + "\n")


def attach(place: Path) -> tuple[LocalAws, dict[str, object]] | None:
    """The stack that `keep` wrote down, with what runs beside it; None when there is none or it no longer runs."""
    if not place.exists():
        return None
    kept = json.loads(place.read_text())
    aws = LocalAws(Path(kept.pop("home")), kept.pop("port"), kept.pop("pid"), kept.pop("outputs"))
    kept.pop("environment")
    return (aws, kept) if aws.running and healthy(aws) else None


def _cdk(aws: LocalAws, *arguments: str, folder: Path = ROOT) -> None:
    command = [str(ROOT / "node_modules" / ".bin" / "cdk"), *arguments, "--no-notices", "--no-color"]
    run(command, log=aws.home / "cdk.log", environment=_cdk_environment(aws), folder=folder, timeout=CDK_SECONDS)


def _cdk_environment(aws: LocalAws) -> dict[str, str]:
    return {
        **aws.environment,
        "PATH": programs(),
        "HOME": os.environ.get("HOME", str(aws.home)),  # the package clients' caches and settings
        "TMPDIR": str(aws.home / "tmp"),
        "CDK_HOME": str(aws.home / "cdk-home"),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "1",
        "NODE_EXTRA_CA_CERTS": str(aws.certificate),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
    }


def _switch_on_expiry(aws: LocalAws) -> None:
    """The emulator passes over the template's TTL, so it is switched on here; the template has its own test."""
    aws.client("dynamodb").update_time_to_live(
        TableName=aws.outputs["TableName"], TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )


def _fit_to_this_machine(aws: LocalAws) -> None:
    """Each function that runs at once is a process, which unpacks the whole asset and takes seconds of CPU to start."""
    functions = aws.client("lambda")
    for page in functions.get_paginator("list_event_source_mappings").paginate():
        for mapping in page["EventSourceMappings"]:
            if "ScalingConfig" not in mapping:  # it follows a stream, one batch after another
                continue
            most = min(mapping["ScalingConfig"]["MaximumConcurrency"], max(FEWEST_AT_ONCE, os.cpu_count() or 1))
            functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": most})
