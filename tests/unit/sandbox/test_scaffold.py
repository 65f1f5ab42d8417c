"""`make new-erp` and `make new-carrier`: what is laid out is clean, and the suites say what is to be done next."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from sandbox.scaffold import Connector, NotLaidOut, connector, lay_out
from tests.conftest import ROOT

COPIED = ("shared", "sandbox", "tests", "cli", "functions", "infra", "docs", "pyproject.toml")
ERP = connector("erp", "infor-csi", title="Infor CSI")
CARRIER = connector("carrier", "swift")
SIDES = pytest.mark.parametrize("new", [ERP, CARRIER], ids=lambda new: new.side)
OPERATIONS = {
    "erp": {"changed", "read", "write", "lookup", "ping"},
    "carrier": {"check_address", "rate", "create", "tracking_url", "ping"},
}
"""The methods of a port that the suite names as missing at once; a carrier's other operations need a create first."""


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=900
    )
    return done.returncode, done.stdout + done.stderr


def copied(folder: Path) -> Path:
    """The tree that a connector is laid out in, without what no connector needs."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "golden", "e2e", "simulation" if name == "tests" else "-")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with one new ERP and one new carrier, formatted as the make target does it."""
    folder = copied(tmp_path_factory.mktemp("tree"))
    for new in (ERP, CARRIER):
        lay_out(new, folder)
    run(folder, "ruff", "check", "--fix-only", "--quiet", "shared", "sandbox", "tests")
    run(folder, "ruff", "format", "--quiet", "shared", "sandbox", "tests")
    run(folder, "cli.connections.reference")
    return folder


@pytest.fixture(scope="module")
def suites(tree: Path) -> str:
    """Return the output of both suites on the new connectors."""
    kinds = f"{ERP.kind} or {CARRIER.kind}"
    return run(tree, "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", ERP.suite, CARRIER.suite, "-k", kinds)[1]


def test_what_is_laid_out_is_clean(tree: Path) -> None:
    assert run(tree, "ruff", "check", "--quiet", "--no-cache", "shared", "sandbox", "tests") == (0, "")


def test_what_is_laid_out_has_its_types(tree: Path) -> None:
    packages = [f"{place}.{new.folder}" for new in (ERP, CARRIER) for place in places(new)]
    code, said = run(tree, "mypy", "--strict", *(word for each in packages for word in ("-p", each)))
    assert code == 0, said


def places(new: Connector) -> Sequence[str]:
    return ("shared.erp", "sandbox.erps") if new.side == "erp" else ("shared.carriers", "sandbox.carriers")


@SIDES
def test_the_suite_runs_and_names_each_operation_that_is_to_be_done(suites: str, new: Connector) -> None:
    folder = next(each.replace(".", "/") for each in places(new))
    named = re.findall(rf"^ *\d+  (\w+): .* \({folder}/{new.folder}/\w+\.py\)$", suites, re.MULTILINE)
    assert set(named) >= OPERATIONS[new.side], suites


def test_every_failure_is_something_to_do_and_nothing_else(suites: str) -> None:
    failed = int(re.search(r"^(\d+) failed", suites, re.MULTILINE)[1])  # type: ignore[index]
    assert "error" not in suites.splitlines()[-1]
    assert failed > 80
    assert sum(map(int, re.findall(r"^ *(\d+)  \w+: ", suites, re.MULTILINE))) == failed, suites


@SIDES
def test_a_connector_is_one_line_in_each_table(tree: Path, new: Connector) -> None:
    for table in ("shared/registry.py", "sandbox/systems.py"):
        before, after = ((folder / table).read_text().splitlines() for folder in (ROOT, tree))
        ours = re.compile(f"{new.folder}|{new.kind}", re.IGNORECASE)
        mine = [line for line in after if line not in before and ours.search(line)]
        assert len(mine) == 2, "the import and the entry"


def test_a_kind_that_was_known_by_name_only_is_so_no_longer(tree: Path) -> None:
    (named,) = re.findall(r"named=\((.*)\)", (tree / "shared/registry.py").read_text())
    assert "infor-ln" in named
    assert ERP.kind not in named


def test_what_is_there_is_never_written_over(tree: Path) -> None:
    before = (tree / "shared/registry.py").read_text()
    with pytest.raises(NotLaidOut, match="is there already: nothing was written"):
        lay_out(ERP, tree)
    assert (tree / "shared/registry.py").read_text() == before


def test_what_knows_the_kinds_by_the_registry_alone_goes_on_as_before(tree: Path) -> None:
    """A folder and a line: no list of kinds stands anywhere else, in the code or in a test."""
    tests = ("unit/test_connection_problems.py", "unit/test_connections_document.py", "component/cli/test_secrets.py")
    code, said = run(tree, "pytest", "-q", "-x", "-p", "no:cacheprovider", *(f"tests/{each}" for each in tests))
    assert code == 0, said


@pytest.mark.parametrize(
    ("kind", "folder"), [("", ""), ("Acme", ""), ("a--b", ""), ("class", ""), ("fields", ""), ("acme", "../acme")]
)
def test_a_name_that_no_file_or_package_can_have_is_refused(kind: str, folder: str) -> None:
    with pytest.raises(NotLaidOut):
        connector("erp", kind, folder)


def test_a_folder_and_a_title_may_be_given() -> None:
    new = connector("erp", "ifs-cloud", "ifs", "IFS Cloud")
    assert (new.folder, new.prefix, new.title) == ("ifs", "Ifs", "IFS Cloud")
    assert connector("erp", "acme-erp").title == "Acme ERP"
