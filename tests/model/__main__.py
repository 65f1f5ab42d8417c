"""`python -m tests.model`: every configuration, every bound from both sides, and the trails of a campaign.

`--short` leaves out the large ones, as the tests do; words choose among the names, "trails" the campaign. `-v` tells
the story of what was expected to be wrong, too.
"""

from __future__ import annotations

import sys
import time

from sandbox.simulation.campaign import quiet
from tests.model.bounds import EDGES
from tests.model.suite import SUITE, Case
from tests.model.trails import refused

SEED, TRAILS = 1, 500
ALL = (*SUITE, *(case for edge in EDGES for case in edge.cases()))


def told(case: Case) -> bool:
    """Runs one configuration and prints what it gave; whether it is as expected."""
    well, explored = case.run()
    print(f"{'ok ' if well else 'BAD'} {case.name}: {explored}", flush=True)
    for said, steps in explored.found.items():
        print(f"      {said}")
        if not well or "-v" in sys.argv:
            print("        " + " ; ".join(steps))
    return well


def trails() -> bool:
    """Lives a campaign and holds each trail of it against the model."""
    quiet()
    count, wrong = 0, dict[str, str]()
    for index in range(TRAILS // 50):
        more, refusals = refused(SEED, TRAILS, index)
        count, wrong = count + more, wrong | {f"world {index}, {key}": why for key, why in refusals.items()}
    print(f"{'BAD' if wrong else 'ok '} trails: {count - len(wrong)} of {count} of seed {SEED} are words of the model")
    for where, why in wrong.items():
        print(f"      {where}: {why}")
    return not wrong


def main(arguments: list[str]) -> bool:
    words = [each for each in arguments if not each.startswith("-")]
    short = "--short" in arguments
    chosen = [each for each in ALL if not (short and each.long) and all(word in each.name for word in words)]
    results = [told(each) for each in chosen]
    if not words or "trails" in words:
        results.append(trails())
    print(f"model: {sum(results)} of {len(results)} as expected, {time.process_time():.0f} s of CPU")
    return all(results)


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
