"""One suite for the errands in memory and on DynamoDB."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.errand import Errand, Result, Stage, Verb, errand_id
from shared.domain.hints import Action, Hint, do
from shared.errors import NewerFormat
from shared.ports.errands import Errands
from tests.builders import NOW

ORDER = "infor-m3:ACME_TST/100/1000001/1"


def an_errand(name: str = "w1", subject: str = ORDER, **changes: Any) -> Errand:
    at = changes.get("asked_at", NOW)
    errand = Errand(subject, errand_id(at, name), Verb.VOID, "acme-infor-ups", "console:clara", NOW, "wrong", 7)
    return replace(errand, **changes)


def test_an_errand_is_kept_as_it_was_asked_for(errands: Errands) -> None:
    asked = an_errand(names=("1Z1", "1Z2"), token="0" * 32)
    assert errands.get(ORDER, asked.id) is None
    errands.add(asked)
    assert errands.get(ORDER, asked.id) == asked
    assert errands.get("another", asked.id) is None


def test_an_errand_is_begun_once_and_ends_once(errands: Errands) -> None:
    asked = an_errand()
    errands.add(asked)
    assert not errands.end(replace(asked, stage=Stage.DONE))
    begun = errands.begin(asked, NOW)
    assert begun == replace(asked, stage=Stage.BEGUN, begun_at=NOW)
    assert errands.begin(asked, NOW + timedelta(hours=1)) is None
    assert begun
    hint = Hint("{0} asks again", (do(Action.VOID, order="1000001"),))
    done = replace(begun, stage=Stage.DONE, result=Result("voided", ("line",), (("1",), ("2",)), "a" * 32, hint))
    assert errands.end(done)
    assert not errands.end(replace(begun, stage=Stage.UNCLEAR))
    assert errands.begin(asked, NOW) is None
    assert errands.get(ORDER, asked.id) == done


def test_of_many_workers_one_begins_it(errands: Errands) -> None:
    asked = an_errand()
    errands.add(asked)
    with ThreadPoolExecutor(4) as pool:
        begun = list(pool.map(lambda _: errands.begin(asked, NOW), range(8)))
    assert len([each for each in begun if each]) == 1


def test_one_that_nobody_asked_for_is_not_begun(errands: Errands) -> None:
    assert errands.begin(an_errand(), NOW) is None


def test_the_last_errands_of_a_subject_come_first(errands: Errands) -> None:
    kept = [an_errand(f"w{number}", asked_at=NOW + timedelta(minutes=number)) for number in range(4)]
    for each in (*kept, an_errand(subject="another")):
        errands.add(each)
    assert errands.of(ORDER, 3) == [kept[3], kept[2], kept[1]]
    assert errands.of("nobody", 3) == []


def test_an_errand_expires_and_one_of_a_newer_release_is_left_alone(aws: Any) -> None:
    errands, asked = aws.errands(), an_errand()
    errands.add(asked)
    errands.add(an_errand("w2"))
    item = aws.make_newer(f"ERRAND#{ORDER}", asked.id)
    assert int(item["expires"]) == int((NOW + timedelta(days=7)).timestamp())
    with pytest.raises(NewerFormat):
        errands.get(ORDER, asked.id)
    assert [each.id for each in errands.of(ORDER, 5)] == [an_errand("w2").id]
