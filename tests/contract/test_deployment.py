"""The deployment's id: made once, kept with the table."""

from __future__ import annotations

from shared.aws.deployment import deployment_of
from tests.contract.backends import AwsBackend, Client, first


def test_the_first_proposal_becomes_the_id(aws: AwsBackend) -> None:
    client = aws.connect("dynamodb")
    assert deployment_of(client, aws.table, "1a2b3c4d") == "1a2b3c4d"
    assert aws.item("DEPLOYMENT", "DEPLOYMENT")["v"] == 1


def test_a_new_stack_on_an_old_table_goes_on_with_the_old_id(aws: AwsBackend) -> None:
    client = aws.connect("dynamodb")
    deployment_of(client, aws.table, "1a2b3c4d")
    assert deployment_of(client, aws.table, "ffffffff") == "1a2b3c4d"


def test_of_two_functions_that_start_at_once_both_get_the_first_one_s(aws: AwsBackend) -> None:
    client = aws.connect("dynamodb")
    odd: object = Client(client, "put_item", first(lambda: deployment_of(client, aws.table, "1a2b3c4d")))
    assert deployment_of(odd, aws.table, "ffffffff") == "1a2b3c4d"  # type: ignore[arg-type]
