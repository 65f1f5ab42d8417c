"""The configurations of the model, each with what is expected of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.model.explore import Explored, Explorer
from tests.model.state import HOUR, MINUTE, Bounds, Model, Rules

HOLD, RETRY = Rules(), Rules(unknown="retry")
HOLD_VOID, VOID = Rules(strays="void"), Rules(unknown="retry", strays="void")
ALONE: dict[str, Any] = {"people": 0, "edits": 0, "closes": 0, "crashes": 1}
STILL: dict[str, Any] = {**ALONE, "faults": 0}
FORMER = Bounds(edits=1, closes=0, crashes=0, commands=("adopt",), people=1, late=HOUR, lag=0, workers=1)
"""The ground of a label of the former address, which a person might adopt."""
TWO_LIVE, UNSEEN, RECORDED, DEAD = "two live labels", "lives unseen", "recorded number", "dead number"


@dataclass(frozen=True)
class Case:
    """A configuration. `expected` is "" where nothing may be wrong, else words of the complaint that must be found.

    One that `goes_on` does so where a further create is needed and none is left.
    """

    name: str
    rules: Rules
    bounds: Bounds
    expected: str = ""
    inside: bool = True
    long: bool = False
    goes_on: bool = False

    def run(self) -> tuple[bool, Explored]:
        """Explore, and tell if the result is as expected, with the states that were seen."""
        model = Model(self.rules, self.bounds)
        explored = Explorer(
            model, inside=self.inside, only=self.expected, fair=not self.expected, goes_on=self.goes_on
        ).run()
        well = bool(explored.found) if self.expected else explored.complete and not explored.found
        return well, explored


def case(name: str, rules: Rules, bounds: Bounds | None = None, expected: str = "", **facts: Any) -> Case:
    """`facts` are bounds, but for those that the case has itself."""
    known = {key: facts.pop(key) for key in ("inside", "long", "goes_on") if key in facts}
    return Case(name, rules, replace(bounds, **facts) if bounds else Bounds(**{**ALONE, **facts}), expected, **known)


WITHIN = [
    case("hold/report, 3 workers", HOLD, workers=3, crashes=2),
    case("retry/report", RETRY),
    case("retry/report, 3 creates", RETRY, creates=3, long=True),
    case("hold/report, ERP edits and closes", HOLD, edits=1, closes=1),
    case("hold/void, ERP edits and closes", HOLD_VOID, edits=1, closes=1, long=True),
    case("hold/report, a person", HOLD, people=1),
    case("hold/void, a person", HOLD_VOID, people=1, long=True),
    case("retry/void, ERP edits", VOID, edits=1, faults=0),
    case("retry/report, a person", RETRY, people=1, long=True),
    case("retry/void, a person", VOID, people=1, long=True),
    case("retry/report, ERP edits and closes", RETRY, edits=1, closes=1, crashes=0, long=True),
    case("retry/void, ERP edits and closes", VOID, edits=1, closes=1, crashes=0, long=True),
    case("hold/report, two commands, an edit", HOLD, people=2, edits=1, faults=0, long=True),
    case(
        "approval, a person", RETRY, people=1, approval=True, workers=1, commands=("approve", "dismiss", "retry"),
        long=True,
    ),
    case("void and ship again", HOLD, people=2, commands=("void", "ship"), faults=0),
    case(
        "void and ship again, a late ERP write", HOLD, people=2, commands=("void", "ship"), faults=1, crashes=0,
        write_late=50 * MINUTE, creates=2, workers=1,
    ),
]  # fmt: skip
BEYOND = [
    case("late 1 h, report: told", RETRY, inside=False, late=HOUR, faults=0),
    case("late 1 h, void: voided", VOID, inside=False, late=HOUR, faults=0),
    case("late 1 h, hold", HOLD, inside=False, late=HOUR, faults=0),
    case("late 1 h, closed meanwhile", VOID, inside=False, late=HOUR, faults=0, closes=1, long=True),
    case("late 1 h, pick-ups", VOID, inside=False, late=HOUR, lag=0, crashes=0, pickups=1, long=True),
]
DEAD_LABELS = [
    case("a clerk during a stray's void", VOID, FORMER, faults=1, void_late=5 * MINUTE, inside=False, long=True),
    case("a clerk, voided and still shown", VOID, FORMER, faults=0, void_lag=HOUR, inside=False),
    case(
        "closed, voided, still shown, opened", VOID, FORMER, people=0, edits=0, closes=2, faults=0,
        void_lag=2 * HOUR, inside=False,
    ),
    case(
        "the same, and the void comes late", VOID, FORMER, people=0, edits=0, closes=2, faults=1,
        void_late=5 * MINUTE, void_lag=2 * HOUR, inside=False, long=True,
    ),
    case(
        "a clerk voids the recorded label at the carrier", RETRY, FORMER, edits=0, people=1, faults=0,
        commands=("void_recorded_by_hand",), inside=False,
    ),
]  # fmt: skip


def without(rules: Rules, **flags: Any) -> Rules:
    return replace(rules, **flags)


UNAWARE = without(VOID, dead_labels_apart=False, tells_gone=False)
DEFECTS = [
    case("defect: no version check", without(RETRY, version_check=False), expected=TWO_LIVE),
    case("defect: no settling", without(RETRY, settles=False), expected=TWO_LIVE),
    case("defect: settle counted from the intent", without(RETRY, called_within=0), late=14 * MINUTE, lag=0,
         expected=TWO_LIVE),
    case("defect: clocks are taken for exact", without(RETRY, clocks=0), late=14 * MINUTE + 2, lag=0,
         expected=TWO_LIVE),
    case("defect: intent after the call", without(HOLD, intent_first=False), expected="without an intent"),
    case("defect: former orders adopted", without(HOLD, former_orders_apart=False), edits=1, people=1, workers=1,
         crashes=0, commands=("absent",), late=HOUR, inside=False, expected="as it was"),
    case("defect: no second look", without(RETRY, second_look=False), late=HOUR, faults=0, inside=False,
         expected=UNSEEN),
    case("defect: void of the recorded", without(VOID, recorded_spared=False), late=HOUR, faults=0, inside=False,
         expected=RECORDED),
    case("defect: function outlives lease", without(RETRY, function=9 * MINUTE), expected=TWO_LIVE),
    case("defect: a clerk adopts during a stray's void", UNAWARE, FORMER,
         faults=0, inside=False, expected=RECORDED),
    case("defect: adopted, and its void comes late", UNAWARE, FORMER, faults=1,
         void_late=5 * MINUTE, inside=False, expected=RECORDED),
    case("defect: what is voided and still shown is adopted", UNAWARE, FORMER,
         faults=0, void_lag=HOUR, inside=False, expected=DEAD),
    case("defect: closed, voided, opened, adopted by itself", UNAWARE, FORMER,
         people=0, edits=0, closes=2, faults=0, void_lag=2 * HOUR, inside=False, expected=DEAD),
    case("defect: the ERP is not read once more", without(HOLD, read_once_more=0), people=1, commands=("void",),
         crashes=0, write_late=50 * MINUTE, expected="still holds"),
]  # fmt: skip
"""Each must be found: the model is no yes-man."""

OLD = without(VOID, old_adopts_dead=True, tells_gone=False)
RELEASE = [
    case("release: a former worker settles 5 min", without(RETRY, old_settle=5 * MINUTE), faults=0, expected=TWO_LIVE),
    case("release: a former worker knows no former orders", without(RETRY, old_adopts_any=True), edits=1, late=HOUR,
         lag=0, crashes=0, faults=0, inside=False, expected="as it was"),
    case("release: a former worker adopts the dead, the format stands", OLD, FORMER, workers=2, people=0, edits=0,
         closes=2, faults=0, void_lag=2 * HOUR, inside=False, expected=DEAD, long=True),
    case("release: the same, the format was raised", without(OLD, format_raised=True), FORMER, workers=2, people=0,
         edits=0, closes=2, faults=0, void_lag=2 * HOUR, inside=False, long=True),
]  # fmt: skip
SUITE = [*WITHIN, *BEYOND, *DEAD_LABELS, *DEFECTS, *RELEASE]
