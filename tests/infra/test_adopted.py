"""A stack on the table, the key, the bucket and the deployment id of an earlier one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.infra.conftest import Stack, synthesize

KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-1111-2222-333344445555"
LEFT = {"table": "parcelbridge-restored", "key": KEY, "bucket": "parcelbridge-labels-0a1b", "deployment": "0a1b2c3d"}


@pytest.fixture(scope="module")
def adopting(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    return Stack(json.loads(synthesize(tmp_path_factory.mktemp("adopted"), context=LEFT).read_text()))


def test_a_stack_on_what_another_one_left_makes_no_store_of_its_own(adopting: Stack) -> None:
    """It passes both rule packs, as the stack that makes its own does."""
    for kind in ("AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket"):
        assert adopting.of_type(kind) == {}


def test_functions_and_the_command_line_are_told_of_what_was_adopted(adopting: Stack) -> None:
    told = adopting.functions()["process_order"]["Environment"]["Variables"]
    assert told["PARCELBRIDGE_TABLE"] == LEFT["table"]
    assert told["PARCELBRIDGE_KEY"] == KEY
    assert told["PARCELBRIDGE_LABEL_BUCKET"] == LEFT["bucket"]
    assert told["PARCELBRIDGE_DEPLOYMENT"] == LEFT["deployment"]
    assert told["PARCELBRIDGE_SECRET_PREFIX"] == "parcelbridge/0a1b2c3d/"
    outputs = {name: adopting.outputs[name]["Value"] for name in ("TableName", "KeyArn", "LabelBucket", "SecretPrefix")}
    assert outputs == {
        "TableName": LEFT["table"],
        "KeyArn": KEY,
        "LabelBucket": LEFT["bucket"],
        "SecretPrefix": "parcelbridge/0a1b2c3d/",
    }


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ({"table": "parcelbridge-restored"}, "missing: key, bucket, deployment"),
        ({**LEFT, "deployment": "prod"}, "the context deployment is prod"),
        ({**LEFT, "key": "alias/parcelbridge"}, "the context key is alias/parcelbridge"),
        ({"name": "a" * 41}, "at most 40"),
        ({"name": "1st"}, "a letter first"),
        ({"orders_at_once": "1"}, "a number from 2 to 1000"),
    ],
)
def test_a_context_that_cannot_be_is_refused_by_name(context: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said):
        synthesize(tmp_path, context=context)
