"""The frame, held: who may import whom, how long a function may be, and that importing does nothing else.

The import rule stands in pyproject.toml, as contracts of import-linter; here is what no contract can say.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from shared.registry import KINDS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("shared", "functions", "infra", "cli", "sandbox", "benchmarks")
LONGEST = 45
"""Lines of a function, its signature and docstring included."""
LONGEST_MODULE = 250
"""Lines of a module of shared/: a longer one has two subjects."""

ELSEWHERE: dict[str, tuple[str, ...]] = {
    "boto3": ("shared.aws", "cli", "sandbox", "benchmarks"),
    "botocore": ("shared.aws", "cli", "sandbox"),
    "requests": ("shared.http",),
    "urllib3": ("shared.http",),
    "aws_cdk": ("infra",),
    "typer": ("cli", "sandbox"),
    "rich": ("cli", "sandbox", "benchmarks"),
    "PIL": ("cli",),
    "pypdf": ("cli", "shared.workflow.desk.print_sheet"),
    "karrio": ("benchmarks.karrio_side",),
    "ministack": (),
    "moto": ("benchmarks", "sandbox.simulation.direct_table"),
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


@cache
def imports(name: str) -> tuple[str, ...]:
    """Full names of what a module imports, also inside functions and for type checking only."""
    return tuple(imported(name))


def imported(name: str) -> Iterator[str]:
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


def lint_imports(folder: Path) -> tuple[int, str]:
    """The contracts of pyproject.toml, held against the packages in `folder`."""
    command = [sys.executable, "-c", "import importlinter.cli as c, sys; sys.exit(c.lint_imports(no_cache=True))"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PATH": "", "COLUMNS": "200"},
        check=False,
        timeout=900,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_contracts_of_the_import_rule_are_kept() -> None:
    code, said = lint_imports(ROOT)
    assert code == 0, said


BREAKING = {
    "shared/errors.py": "import shared.ports",
    "shared/ports/__init__.py": "import shared.http",
    "shared/environment.py": "import shared.domain.state",
    "shared/carriers/ups/texts.py": "import shared.clock",
    "shared/carriers/other/__init__.py": "import shared.carriers.ups.texts",
    "shared/erp/other/__init__.py": "import shared.erp.infor.parties",
    "shared/registry.py": "import shared.workflow.orders.due",
    "shared/domain/state.py": "import functions",
    "shared/workflow/orders/due.py": "import shared.http; import shared.workflow.desk.void",
    "functions/wiring.py": "import cli; import shared.carriers.ups.texts",
    "infra/asset.py": "import shared.domain.state",
    "benchmarks/facts.py": "import shared.registry",
}
"""Imports that must not be, one or more for each contract."""


def test_each_contract_sees_what_breaks_it(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for place, line in BREAKING.items():
        module = tmp_path / place
        module.parent.mkdir(exist_ok=True)
        module.write_text((module.read_text() if module.exists() else "") + f"\n{line}\n")
    code, said = lint_imports(tmp_path)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert code != 0
    assert [each["id"] for each in contracts if f"{each['name']} BROKEN" not in said] == []


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


def test_nothing_but_tests_imports_the_tests() -> None:
    assert [name for name in modules() if any(within(other, ("tests",)) for other in imports(name))] == []


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
    kinds = [each.part.__module__.rpartition(".")[0] for each in (*KINDS.erps.values(), *KINDS.carriers.values())]
    assert len(kinds) >= 2
    wrong = {
        f"{name} imports {other}"
        for name in modules()
        if within(name, ("shared", "functions")) and name != "shared.registry"
        for other in imports(name)
        for kind in kinds
        if within(other, (kind,)) and not within(name, (kind,))
    }
    assert wrong == set()


VENDORLESS = ("shared.connection", "shared.ports", "shared.domain", "shared.workflow", "cli")
CITED = re.compile(r"\b(facts|specs)/\w+")


def vendors() -> set[str]:
    """The words that only an adapter's folder may say: first words of kinds, built or not, and folders of adapters."""
    kinds = {name.split("-")[0] for name in (*KINDS.erps, *KINDS.carriers, *KINDS.named)}
    folders = {
        path.name for side in ("erp", "carriers") for path in (ROOT / "shared" / side).iterdir() if path.is_dir()
    }
    return ({"m3"} | kinds | folders) - {"fields", "__pycache__", "acme"}  # Acme is whom we show in examples


def words_of(text: str) -> set[str]:
    """Words of code and of sentences, also inside of names such as UpsCarrier and infor_m3."""
    return {each.lower() for each in re.findall(r"[A-Za-z]\d+|[A-Z]?[a-z]+|[A-Z]+(?![a-z])", CITED.sub("", text))}


def test_the_file_s_model_the_workflow_and_the_command_line_name_no_vendor() -> None:
    """But for the source that a comment cites."""
    forbidden = vendors()
    assert {"infor", "m3", "ups", "shipstation"} <= forbidden
    said = {
        f"{name} says {word}"
        for name, path in modules().items()
        if within(name, VENDORLESS)
        for word in words_of(path.read_text()) & forbidden
    }
    assert said == set()


@pytest.mark.parametrize("line", ["UpsCarrier()", '"infor-m3"', "from shared.erp.infor import file", "# M3 has none"])
def test_the_guard_sees_a_vendor(line: str) -> None:
    assert words_of(line) & vendors()
    assert not words_of("# of the items, information and groups (facts/ups.md, specs/infor)") & vendors()


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


def test_no_module_of_shared_is_longer_than_250_lines() -> None:
    counted = {
        name: len(path.read_text().splitlines()) for name, path in modules().items() if name.startswith("shared")
    }
    assert {name: lines for name, lines in counted.items() if lines > LONGEST_MODULE} == {}


PLAIN = (
    "functions",
    "infra",
    "cli",
    "shared",
    "benchmarks",
    "sandbox",
)
"""Packages whose docstrings begin with a verb or a noun, and never with a question's word; so do the tests' helpers."""
QUESTION = re.compile(r"\s*(What|Whether)\b")


def docstrings(parsed: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each docstring, those of constants and fields included."""
    for node in ast.walk(parsed):
        body = getattr(node, "body", None)
        for each in body if isinstance(body, list) else ():
            if (
                isinstance(each, ast.Expr)
                and isinstance(each.value, ast.Constant)
                and isinstance(each.value.value, str)
            ):
                yield each.lineno, each.value.value


def test_no_docstring_of_a_new_connector_begins_with_what_or_whether() -> None:
    """The templates are no Python before their words are filled in."""
    templates = sorted((ROOT / "sandbox/scaffold/templates").rglob("*.py.txt"))
    assert templates
    assert [path.name for path in templates if re.search(r'"""\s*(What|Whether)\b', path.read_text())] == []


def test_no_docstring_begins_with_what_or_whether() -> None:
    helpers = [path for path in sorted((ROOT / "tests").rglob("*.py")) if not path.name.startswith("test_")]
    plain = [path for name, path in modules().items() if within(name, PLAIN)]
    questions = [
        f"{path.relative_to(ROOT)}, line {line}: {text.splitlines()[0]}"
        for path in (*plain, *helpers)
        for line, text in docstrings(tree(path))
        if QUESTION.match(text)
    ]
    assert questions == []


@pytest.mark.parametrize(
    "planted",
    [
        '"""What is shared."""',
        'def is_open() -> bool:\n    """Whether it is open."""\n',
        'class Size:\n    """\n    What a function may take.\n    """\n',
        'PAGE = 10\n"""What is taken at once."""\n',
    ],
)
def test_the_guard_sees_a_docstring_that_begins_with_a_question_s_word(planted: str) -> None:
    assert [text for _, text in docstrings(ast.parse(planted)) if QUESTION.match(text)]


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
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={"PATH": ""}, check=False, timeout=900)
    return done.stdout.strip() + (done.stderr if done.returncode and not done.stdout.strip() else "")


def test_importing_any_module_needs_no_variable_and_no_network() -> None:
    """But for the one that runs in karrio's own environment (`make bench`)."""
    names = [name for name in modules() if not name.endswith("__main__") and name != "benchmarks.karrio_side"]
    assert import_alone(names) == ""


def loaded_by(names: list[str]) -> set[str]:
    """The modules that stand in an interpreter once these are imported."""
    code = f"import {', '.join(names)}, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=900
    )
    return set(done.stdout.split())


PUSHED = ["shared.ports", "shared.domain.tracking", "shared.aws.queues", "shared.aws.secrets", "shared.log"]
"""The modules that a function needs to which a carrier pushes: it must answer soon after a cold start."""


def test_the_path_of_a_push_loads_neither_the_file_s_model_nor_an_adapter() -> None:
    loaded = loaded_by(PUSHED)
    assert set(PUSHED) <= loaded
    too_much = ("pydantic", "pydantic_core", "shared.connection", "shared.erp", "shared.carriers", "shared.workflow")
    assert sorted(name for name in loaded if within(name, too_much)) == []


def test_the_registry_loads_an_adapter_when_its_kind_is_opened() -> None:
    loaded = loaded_by(["shared.registry"])
    adapters = [name for name in loaded if within(name, ("shared.erp", "shared.carriers"))]
    parts = [name for name in adapters if name.count(".") > 2]
    assert parts
    assert sorted(name for name in parts if not name.endswith(".file")) == [], "only the kinds' parts of the file"


def test_the_guard_sees_a_module_that_needs_a_variable(tmp_path: Path) -> None:
    (tmp_path / "needs_a_variable.py").write_text("import os\nos.environ['TABLE']\n")
    done = subprocess.run(
        [sys.executable, "-c", FORBIDDING, "needs_a_variable"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": ""},
        check=False,
        timeout=900,
    )
    assert "KeyError('TABLE')" in done.stdout
