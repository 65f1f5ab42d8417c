"""Bronze: a person can set it up, and it is where everybody looks for it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from cli.connections.files import read_yaml
from cli.connections.template import template
from sandbox.faces import Emulated
from sandbox.inprocess import Systems
from sandbox.memory import ManualClock
from sandbox.simulation.scenario import file_of
from shared import registry
from shared.connection import ConnectionFileError, parse, read_back, schema_of
from shared.connection.schema import branches
from tests.component.cli.fakes import Desk
from tests.conftest import ROOT
from tests.scale.connectors import ROOMS, Connector, imported, sections
from tests.scale.rules import rule
from tests.scale.trial import Trial

FILES = {
    "erp": ("__init__", "adapter", "auth", "client", "file", "lookup", "ping", "read", "settings", "setup", "write"),
    "carrier": ("__init__", "adapter", "auth", "build", "calls", "file", "parse", "settings", "setup", "track"),
}
"""The files of every adapter's folder, so that a reader finds the same thing under the same name."""
SECTIONS = (
    "Before you begin",
    "Credentials",
    "The connection file",
    "What is read",
    "What is written",
    "Limits",
    "What is unsure",
)
OTHER = {"erp": "ups", "carrier": "infor-m3"}
"""The other side that a connector of a side is set up with."""
PARTS = {"erp": ("erp", "select", "write_back"), "carrier": ("carrier", "label", "tracking")}


def pair(connector: Connector) -> tuple[str, str]:
    """The kinds of a connection with this connector."""
    other = OTHER[connector.side]
    return (connector.kind, other) if connector.side == "erp" else (other, connector.kind)


@rule("bronze")
def usual_files(connector: Connector) -> Iterator[str]:
    """Its folder has the module names that every adapter has: a reader finds the credential in setup.py."""
    there = {path.stem for path in connector.modules()}
    yield from (f"{connector.package}.{name} is missing" for name in FILES[connector.side] if name not in there)


@rule("bronze")
def one_line(connector: Connector) -> Iterator[str]:
    """Nothing outside its folder imports it but the registry, and the registry its part of the file only: the core
    knows no kind by name."""
    own = connector.package + "."
    for room in ("shared", "functions", "cli", "infra"):
        for path in sorted((ROOT / room).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for line, name in imported(path):
                allowed = module == "shared.registry" and name == f"{own}file.KIND"
                if name.startswith(own) and not module.startswith(own) and not allowed:
                    yield f"{module}:{line}: imports {name}"


@rule("bronze")
def opened_when_asked(connector: Connector) -> Iterator[str]:
    """The registry loads its part of the file alone; the adapter is loaded when a connection of it is opened, and
    calls nothing then."""
    code = "import shared.registry, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    allowed = {connector.package, f"{connector.package}.file"}
    for name in loaded.split():
        if name.startswith(connector.package) and name not in allowed:
            yield f"the registry loads {name}"
    trial = Trial(connector, bare=True)
    trial.port()
    if trial.wire.sent:
        yield f"opening it calls {trial.wire.sent[0][0].url}"


@rule("bronze")
def settings_described(connector: Connector) -> Iterator[str]:
    """Each key of its part of the file says what it is and has an example, unless its default is one or it takes a few
    words only: documents and editors show both."""
    for part, model in _own_parts(connector):
        for path, said, alternatives in _leaves(schema_of(model), schema_of(model), part):
            if not said.get("description"):
                yield f"{path}: has no description"
            fixed = all(
                "const" in each or "enum" in each or each.get("type") in ("boolean", "null") for each in alternatives
            )
            if not said.get("examples") and not fixed and said.get("default") in (None, "", [], {}):
                yield f"{path}: has no example"


Node = Mapping[str, Any]


def _leaves(root: Node, node: Node, path: str) -> Iterator[tuple[str, Node, list[Node]]]:
    """The keys of a part, by path: what is said of each, and the schemas of what it takes. A key that is a part itself,
    and of which nothing is said, is told by its own keys."""
    for key, below in node.get("properties", {}).items():
        alternatives = list(branches(root, below))
        deeper = [each for each in alternatives if each.get("properties")]
        if deeper and not below.get("description"):
            for each in deeper:
                yield from _leaves(root, each, f"{path}.{key}")
        elif key != "kind":
            yield f"{path}.{key}", below, alternatives


def _own_parts(connector: Connector) -> Iterator[tuple[str, type[BaseModel]]]:
    declared: Any = connector.declared
    if connector.side == "erp":
        yield from (("erp", declared.part), ("select", declared.select), ("write_back", declared.write_back))
    else:
        yield from (("carrier", declared.part), ("label", declared.label), ("tracking", declared.tracking))


@rule("bronze")
def settings_checked(connector: Connector) -> Iterator[str]:
    """An unknown key of its part, and a value that no key takes, are refused by their path; what was applied reads
    back as it was."""
    file = file_of(*pair(connector))
    connection = parse(file, registry.KINDS)
    if read_back(json.loads(connection.model_dump_json(by_alias=True)), registry.KINDS) != connection:
        yield "what is applied does not read back"
    for part, model in _own_parts(connector):
        keys = {"no_such_key": 1} | dict.fromkeys(_keys(model), object())
        for key, wrong in keys.items():
            value: Any = {"no": {"such": "thing"}} if isinstance(wrong, object) and key != "no_such_key" else wrong
            spoilt = {**file, part: {**_part(file, part), key: value}}
            if f"{part}.{key}" not in _refused(spoilt) and not _takes_mappings(model, key):
                yield f"{part}.{key}: takes {value}"


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _takes_mappings(model: type[BaseModel], key: str) -> bool:
    node = schema_of(model)["properties"].get(key, {})
    return "additionalProperties" in node


def _part(file: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    return dict(file.get(part) or {})


def _refused(file: Mapping[str, Any]) -> str:
    """Every path that is refused, one after the other."""
    try:
        parse(file, registry.KINDS)
    except ConnectionFileError as error:
        return " ".join(problem.field for problem in error.problems)
    return ""


@rule("bronze")
def sample_file(connector: Connector) -> Iterator[str]:
    """`connections init` writes a file for it in which only the empty places are wrong: filled in, it applies."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "sample.yaml"
        written.write_text(template("acme-sample", *pair(connector)))
        content: Any = read_yaml(written).content
    filled = _filled(content, file_of(*pair(connector)))
    filled["erp"]["test_system"] = True  # the sandbox's account makes samples
    for part in PARTS[connector.side][:1]:
        if part not in content:
            yield f"the sample has no part {part}"
    if wrong := _refused(filled):
        yield f"the sample, filled in, is refused for {wrong}"


def _filled(node: Any, example: Any) -> Any:
    """Empty places get what the sandbox's file has at that place, else a word."""
    if isinstance(node, Mapping):
        known = example if isinstance(example, Mapping) else {}
        return {key: _filled(value, known.get(key)) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(each, example[0] if isinstance(example, list) and example else None) for each in node]
    return (example if isinstance(example, str) and example else "X") if node == "" else node


@rule("bronze")
def credentials_checked(connector: Connector) -> Iterator[str]:
    """`secrets set` asks for each part of its credential in words, stores what is whole, and stores nothing of what is
    not; no secret is an argument."""
    with tempfile.TemporaryDirectory() as folder:
        given = _system(connector).credential_in(Path(folder))
        form = registry.setup_of(connector.declared).credential
        yield from (f"{each.name}: says nothing about itself" for each in form.asked if not each.words)
        command = ("secrets", "set", "acme-new", connector.side, "--kind", connector.kind)
        desk = Desk()
        done = desk.run(*command, *given.arguments, given=given.stdin)
        kept = desk.credentials.kept.get(("acme-new", connector.side), {})
        if kept != dict(_system(connector).credential):
            yield f"its credential is not stored as it is: {done.output}"
        for field in connector.claim["SECRET"]:
            if kept and (kept[field] in done.output or kept[field] in given.arguments):
                yield f"{field} is shown or is an argument"
        for file in Path(folder).iterdir():
            file.write_text("not a credential")
        for arguments, stdin in ((given.arguments, "\n"), (given.arguments[:1], ""), ((), "")):
            if arguments and not any(each.how == "secret" for each in form.asked) and not list(Path(folder).iterdir()):
                continue
            desk = Desk()
            if desk.run(*command, *arguments, given=stdin).exit_code != 2 or desk.credentials.kept:
                yield f"{' '.join(arguments) or 'nothing'}: is stored as a credential"


def _system(connector: Connector) -> Emulated:
    systems = Systems(ManualClock().now, *pair(connector))
    return systems.erp if connector.side == "erp" else systems.carrier


@rule("bronze")
def docs_page(connector: Connector) -> Iterator[str]:
    """It has a page for the person who sets it up, and the README names it: rights, credentials, every key of its part
    of the file, what is read and written, limits, what is unsure."""
    place = f"docs/{ROOMS[connector.side]}/{connector.page.name}"
    if not connector.page.exists():
        yield f"{place} is missing"
        return
    said, text = sections(connector.page), connector.page.read_text()
    yield from (f"{place}: {title} says nothing" for title in SECTIONS if len(said.get(title, "").strip()) < 40)
    if "to do" in text.lower():
        yield f"{place}: something is still to do"
    for part, model in _own_parts(connector):
        for key in _keys(model):
            if key not in ("kind", "enabled") and f"`{key}`" not in text and f"`{part}.{key}`" not in text:
                yield f"{place}: does not name {part}.{key}"
    if place not in (ROOT / "README.md").read_text():
        yield f"README.md has no link to {place}"
