"""The frame, held: who may import whom, how long a function may be, and that importing does nothing else."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("shared", "functions", "infra", "cli", "sandbox", "benchmarks")
OURS = frozenset(PACKAGES) | {"tests"}
LONGEST = 45
"""Lines of a function, its signature and docstring included."""

BASE = ("shared.domain",)
CORE = (*BASE, "shared.connection", "shared.errors")
PORTS = (*CORE, "shared.ports")
ADAPTED = (*PORTS, "shared.log", "shared.http")

ROOMS = tuple(
    f"shared.workflow.{room}"
    for room in (
        "orders",
        "planning",
        "intake",
        "shipping",
        "write_back",
        "tracking",
        "receiving",
        "desk",
        "upkeep",
    )
)
"""The rooms of the workflow, from the ground up: each imports itself and those below it."""

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "shared.domain": BASE,
    "shared.errors": (),
    "shared.log": (),
    "shared.clock": (),
    "shared.http": (),
    "shared.environment": ("shared.errors",),
    "shared.connection": (*BASE, "shared.errors"),
    "shared.ports": PORTS,
    **{room: (*PORTS, "shared.log", *ROOMS[: place + 1]) for place, room in enumerate(ROOMS)},
    "shared.aws": (*ADAPTED, "shared.aws"),
    "shared.erp.infor": (*ADAPTED, "shared.erp.infor"),
    "shared.carriers.ups": (*ADAPTED, "shared.carriers.ups"),
    "shared.registry": (*ADAPTED, "shared.aws", "shared.erp", "shared.carriers", "shared.clock"),
}
"""Of our own modules, what each part of shared/ may import: the import rule of the design, word for word."""

REGISTRY_FOR = ("functions", "cli", "sandbox")
"""The composition roots; the sandbox is the one of the simulation and of the demo."""
ELSEWHERE: dict[str, tuple[str, ...]] = {
    "boto3": ("shared.aws", "cli", "sandbox", "benchmarks"),
    "botocore": ("shared.aws", "cli", "sandbox"),
    "requests": ("shared.http",),
    "urllib3": ("shared.http",),
    "aws_cdk": ("infra",),
    "typer": ("cli", "sandbox"),
    "rich": ("cli", "sandbox", "benchmarks"),
    "PIL": ("cli",),
    "pypdf": ("cli",),
    "karrio": ("benchmarks.karrio_side",),
    "ministack": (),
    "moto": ("benchmarks",),
}
"""Libraries that stand in certain places only."""


@cache
def modules() -> dict[str, Path]:
    """Every module of ours by its name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(name: str) -> Iterator[str]:
    """Full names of what a module imports, also inside functions and for type checking only."""
    package = modules()[name].name == "__init__.py"
    for node in ast.walk(tree(modules()[name])):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                kept = name.split(".")[: len(name.split(".")) - node.level + int(package)]
                base = ".".join([*kept, base] if base else kept)
            for each in node.names:
                full = f"{base}.{each.name}"
                yield full if full in modules() else base


def typed_only(name: str) -> set[str]:
    """Names imported under `if TYPE_CHECKING`: they are not there when the module runs."""
    guarded = [
        node
        for node in ast.walk(tree(modules()[name]))
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    return {
        each.name if isinstance(inner, ast.Import) else f"{inner.module}"
        for node in guarded
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
        for each in inner.names
    }


def within(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(place + ".") for place in places)


def part_of(name: str) -> str | None:
    """The most exact entry of the rule for a module."""
    return max((part for part in MAY_IMPORT if within(name, (part,))), key=len, default=None)


def test_every_part_of_shared_has_its_line_in_the_rule() -> None:
    bare = {"shared", "shared.erp", "shared.carriers", "shared.workflow"}
    unnamed = [name for name in modules() if name.startswith("shared") and part_of(name) is None]
    assert set(unnamed) == bare
    assert [name for name in bare if list(imports(name))] == []


@pytest.mark.parametrize("part", sorted(MAY_IMPORT))
def test_a_part_of_shared_imports_what_the_rule_gives_it(part: str) -> None:
    wrong = [
        f"{name} imports {other}"
        for name in modules()
        if part_of(name) == part
        for other in imports(name)
        if other.split(".")[0] in OURS and other != name and not within(other, MAY_IMPORT[part])
    ]
    assert wrong == []


def test_the_domain_is_standard_library_and_pydantic() -> None:
    allowed = sys.stdlib_module_names | {"pydantic", "shared"}
    foreign = {
        f"{name} imports {other}"
        for name in modules()
        if within(name, ("shared.domain",))
        for other in imports(name)
        if other.split(".")[0] not in allowed
    }
    assert foreign == set()


def test_only_composition_roots_import_the_registry() -> None:
    importers = {name for name in modules() if "shared.registry" in imports(name)}
    assert [name for name in importers if not within(name, REGISTRY_FOR)] == []


def test_of_what_is_shared_infra_imports_only_the_variables_that_it_sets() -> None:
    used = {o for name in modules() if within(name, ("infra",)) for o in imports(name) if within(o, ("shared",))}
    assert used <= {"shared.environment", "shared.connection"}


def test_nothing_that_is_deployed_imports_the_sandbox_the_tests_or_the_command_line() -> None:
    wrong = [
        f"{name} imports {other}"
        for name in modules()
        if within(name, ("shared", "functions"))
        for other in imports(name)
        if within(other, ("sandbox", "tests", "cli", "infra", "benchmarks"))
    ]
    assert wrong == []


@pytest.mark.parametrize("library", sorted(ELSEWHERE))
def test_a_library_stands_where_it_belongs(library: str) -> None:
    wrong = [
        f"{name} imports {other}"
        for name in modules()
        if not within(name, ELSEWHERE[library])
        for other in imports(name)
        if within(other, (library,)) and other not in typed_only(name)
    ]
    assert wrong == []


def test_a_kind_is_a_folder_and_one_line_of_the_registry() -> None:
    """Outside its own folder nothing that runs knows a kind's code; the file's model knows its keys."""
    kinds = ("shared.erp.infor", "shared.carriers.ups")
    wrong = {
        f"{name} imports {other}"
        for name in modules()
        if within(name, ("shared", "functions")) and name != "shared.registry"
        for other in imports(name)
        for kind in kinds
        if within(other, (kind,)) and not within(name, (kind,))
    }
    assert wrong == set()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            yield node.name, (node.end_lineno or first) - first + 1


def test_no_function_is_longer_than_45_lines() -> None:
    long = [
        f"{name}.{function}: {lines} lines"
        for name, path in modules().items()
        for function, lines in functions(path)
        if lines > LONGEST
    ]
    assert long == []


FORBIDDING = """
import importlib, os, socket, sys
os.environ.clear()
def forbidden(*_, **__):
    raise OSError("a module used the network while it was imported")
socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = forbidden
failed = []
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed.append(f"{name}: {error!r}")
print("\\n".join(failed))
sys.exit(bool(failed))
"""


def import_alone(names: list[str]) -> str:
    """Imports the modules in an interpreter without environment and network; what went wrong, "" when nothing did."""
    command = [sys.executable, "-c", FORBIDDING, *names]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={"PATH": ""}, check=False, timeout=120)
    return done.stdout.strip() + (done.stderr if done.returncode and not done.stdout.strip() else "")


def test_importing_any_module_needs_no_variable_and_no_network() -> None:
    """But for the one that runs in karrio's own environment (`make bench`)."""
    names = [name for name in modules() if not name.endswith("__main__") and name != "benchmarks.karrio_side"]
    assert import_alone(names) == ""


def loaded_by(names: list[str]) -> set[str]:
    """The modules that stand in an interpreter once these are imported."""
    code = f"import {', '.join(names)}, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    return set(done.stdout.split())


PUSHED = ["shared.ports", "shared.domain.tracking", "shared.aws.queues", "shared.aws.secrets", "shared.log"]
"""What a function needs that a carrier pushes to: it must answer soon after a cold start."""


def test_the_path_of_a_push_loads_neither_the_file_s_model_nor_an_adapter() -> None:
    loaded = loaded_by(PUSHED)
    assert set(PUSHED) <= loaded
    too_much = ("pydantic", "pydantic_core", "shared.connection", "shared.erp", "shared.carriers", "shared.workflow")
    assert sorted(name for name in loaded if within(name, too_much)) == []


def test_the_registry_loads_an_adapter_when_its_kind_is_opened() -> None:
    loaded = loaded_by(["shared.registry"])
    assert sorted(name for name in loaded if within(name, ("shared.erp", "shared.carriers"))) == []


def test_the_guard_sees_a_module_that_needs_a_variable(tmp_path: Path) -> None:
    (tmp_path / "needs_a_variable.py").write_text("import os\nos.environ['TABLE']\n")
    done = subprocess.run(
        [sys.executable, "-c", FORBIDDING, "needs_a_variable"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": ""},
        check=False,
        timeout=60,
    )
    assert "KeyError('TABLE')" in done.stdout
