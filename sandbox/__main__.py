"""The commands behind `make demo`, `make up`, `make down`, `make judge` and `make simulate`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from sandbox import demo as demonstration
from sandbox import judging, stack
from sandbox.entrance import PEOPLE, close_entrance
from sandbox.local_process import LocalError
from sandbox.local_server import HOME as AWS_HOME
from sandbox.local_server import end_left_over
from sandbox.pairs import FEW, FIRST, Plan, systems_of
from sandbox.serve import HOME
from sandbox.serve import serve as answer
from sandbox.simulation import command as simulation

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
console = Console(width=None if sys.stdout.isatty() else 100)

Orders = Annotated[int, typer.Option(min=1, max=100_000, help="How many purchase orders the sandbox M3 has for UPS.")]
Few = Annotated[int, typer.Option(min=0, max=100_000, help="How many orders each other pair of ERP and carrier has.")]


@app.command()
def demo(orders: Orders = 40, few: Few = FEW) -> None:
    """Deploy, ship, show, check, and stop everything again."""
    verdict = demonstration.demo(Plan(orders, few), console)
    print(verdict)
    if not verdict.good:
        raise typer.Exit(1)


@app.command()
def judge(orders: Orders = 40, few: Few = FEW) -> None:
    """The demo, and its traffic held against the vendors' contracts."""
    judging.contracts()
    plan = Plan(orders, few)
    verdict = demonstration.demo(plan, console)
    print(verdict)
    judged = judging.judge_traffic(HOME / "traffic.jsonl")
    for each in judged:
        print(f"{each.system:<11} {each.operation:<32} requests={each.requests}")
        for problem in each.problems[:10]:
            print(f"     {problem}")
    absent = judging.missing(judged, systems_of(plan))
    for operation in absent:
        print(f"{operation} did not occur")
    for line in judging.vendors(judged):
        print(line)
    well = _way_in() and not any(each.problems or each.skipped for each in judged)
    if not well or absent or not verdict.good:
        raise typer.Exit(1)


def _way_in() -> bool:
    """The way in, which the demo does not show, before the same judges; tells if nothing is wrong with it."""
    from sandbox.way_in import judge_way_in  # noqa: PLC0415 - the demo needs none of it

    judged, absent = judge_way_in()
    for each in judged:
        for problem in each.problems[:10]:
            print(f"the way in: {each.system} {each.operation}: {problem}")
    for operation in absent:
        print(f"the way in: {operation} did not occur")
    for line in judging.vendors(judged):
        print(f"the way in: {line}")
    return not absent and not any(each.problems for each in judged)


@app.command()
def up(orders: Orders = 40, few: Few = 0) -> None:
    """Start the local stack and leave it running."""
    shown = demonstration.Shown(console)
    started = stack.start(Plan(orders, few), shown.say, ports=stack.ports_at_hand(), console=True)
    servers, entrance = started.servers, started.entrance
    given = {kind: each.words.removeprefix(f"{stack.ROOT}/") for kind, each in stack.credentials(servers).items()}
    console.print(f"running. The sandbox M3 is {servers.erp}, its credential {given[FIRST.erp]};", highlight=False)
    console.print(f"the sandbox UPS is {servers.carrier}, its credential {given[FIRST.carrier]}.")
    if entrance:
        names = ", ".join(f"{name} ({role})" for name, role in PEOPLE.items())
        console.print(f"The console is {entrance.address}", highlight=False, soft_wrap=True)
        console.print(f"for {names},", highlight=False)
        console.print(f"each with the password {entrance.password}", highlight=False, markup=False, soft_wrap=True)
        console.print(
            "(a browser warns of its certificate, which was made here, and of the sign-in's)", highlight=False
        )
    console.print("Try: .venv/bin/parcelbridge --local connections list; make down ends it", highlight=False)


@app.command()
def deliver() -> None:
    """A driver takes the parcels of the running local stack; each hour of their way lasts a second."""
    found = stack.attached()
    if found is None:
        raise LocalError("no local stack is running: `make up` starts one")
    taken = stack.pick_up(found)
    console.print(f"{taken} parcels are on their way; an hour of it lasts a second", highlight=False)


@app.command()
def down() -> None:
    """End what `make up` started."""
    found = stack.attached()
    if found is None:
        (stack.ROOT / stack.PLACE).unlink(missing_ok=True)
        left = end_left_over()
        close_entrance(AWS_HOME)
        console.print("ended what an interrupted start had left" if left else "no local stack is running")
        return
    stack.end(found)
    console.print("ended")


Simulated = Annotated[int, typer.Option(min=1, help="How many orders, in worlds of 50.")]
Seed = Annotated[int, typer.Option(help="The same seed is the same run.")]
Faults = Annotated[float, typer.Option(min=0, max=0.5, help="The share of port calls that are struck, about.")]
Processes = Annotated[int, typer.Option(min=1)]
CORES = os.cpu_count() or 1


@app.command()
def simulate(
    orders: Simulated = 2000,
    seed: Seed = 1,
    faults: Faults = 0.1,
    processes: Processes = CORES,
    world: Annotated[int, typer.Option(min=-1, help="Explain this world of the campaign only.")] = -1,
) -> None:
    """The real workflow under faults, in virtual time: nothing may be duplicated, lost or stuck."""
    if world >= 0:
        simulation.explain(seed, orders, faults, world)
    elif not simulation.simulate(orders, seed, faults, processes):
        raise typer.Exit(1)


@app.command()
def simulate_deep(
    orders: Simulated = 1_000_000,
    seed: Seed = 1,
    faults: Faults = 0.1,
    processes: Processes = CORES,
    pairs: Annotated[int, typer.Option(min=-1, help="Of so many first faults a policy; -1 for all.")] = -1,
    worlds: Annotated[int, typer.Option(min=0, help="So many worlds of 50, in place of --orders.")] = 0,
    first_world: Annotated[int, typer.Option(min=0, help="Goes on from this world of the campaign.")] = 0,
) -> None:
    """Every pair of faults of one order's life, then a long campaign."""
    well = simulation.every_pair_of_faults(processes, None if pairs < 0 else pairs)
    orders = worlds * 50 or orders
    if not simulation.simulate(orders, seed, faults, processes, first_world) or not well:
        raise typer.Exit(1)


@app.command(hidden=True)
def serve(
    orders: Orders,
    few: Few,
    port: Annotated[list[str], typer.Option(help="KIND=PORT, for each system.")],
    home: Annotated[Path, typer.Option()],
    trusted: Annotated[Path | None, typer.Option()] = None,
) -> None:
    """The sandbox's own process."""
    named = (each.partition("=") for each in port)
    answer(Plan(orders, few), {kind: int(number) for kind, _, number in named}, home, trusted)


def _interrupted(*_: object) -> NoReturn:
    """Ending us by SIGTERM or a closed terminal ends what we started, as Ctrl-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    if "serve" not in sys.argv[1:2]:
        signal.signal(signal.SIGTERM, _interrupted)
        signal.signal(signal.SIGHUP, _interrupted)  # the terminal was closed
        signal.signal(signal.SIGINT, _interrupted)  # a shell's background job starts with it ignored
    try:
        app()
    except (LocalError, judging.NoContracts) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
