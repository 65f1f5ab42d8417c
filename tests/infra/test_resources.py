"""The resources as AWS will make them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from benchmarks import bulk
from cli.costs.estimate import ALARM_METRICS, FED_QUEUES, KEYS
from infra.alerts import COUNTED
from infra.asset import running_version
from infra.events import KEPT, SORTS
from infra.functions import OF_CONSOLE, OF_POSTS, SIZES
from infra.stack import ORDERS_AT_ONCE
from shared.aws.stream import SORTS as OF_STREAM
from shared.connection.retention import LIVES, TAG
from shared.log import ALL
from shared.workflow.orders.due import CALLED_WITHIN
from shared.workflow.orders.step import LEASE

FED_BY = {
    "poll_orders": "polls",
    "process_order": "orders",
    "write_back": "write-backs",
    "apply_tracking": "tracking",
    "poll_tracking": "looks",
    "receive_goods": "receiving",
}
WORK_QUEUES = set(FED_BY.values())
OTHERS = ("schedules", "events")
"""What else has a queue of dead letters."""


@pytest.mark.parametrize("name", sorted({*SIZES} - {*OF_CONSOLE, *OF_POSTS}))
def test_each_function_is_an_arm64_lambda_of_the_building_interpreter_with_json_logs_and_tracing(
    stack: Any, name: str
) -> None:
    function = stack.functions()[name]
    assert function["Architectures"] == ["arm64"]
    assert function["Runtime"] == f"python{running_version()}"
    assert function["Handler"] == f"functions.{name}.handler.handler"
    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["Timeout"] == SIZES[name].timeout
    assert "ReservedConcurrentExecutions" not in function


def test_an_order_is_left_alone_for_as_long_as_its_worker_may_live() -> None:
    life = timedelta(seconds=SIZES["process_order"].timeout)
    assert life <= CALLED_WITHIN < LEASE
    assert all(timedelta(seconds=SIZES[name].timeout) < LEASE for name in ("write_back", "receive_goods"))


def test_each_function_has_an_encrypted_log_group_of_its_own_with_a_retention(stack: Any) -> None:
    groups = stack.of_type("AWS::Logs::LogGroup")
    used = {each["LoggingConfig"]["LogGroup"]["Ref"] for each in stack.functions().values()}
    (of_requests,) = [name for name, each in groups.items() if each["LogGroupName"].startswith("/aws/apigateway/")]
    assert used | {of_requests} == set(groups)
    assert len(used) == len({*SIZES} - {*OF_CONSOLE, *OF_POSTS})
    assert all(each["RetentionInDays"] == 90 and "KmsKeyId" in each for each in groups.values())


def test_all_functions_share_one_asset_and_no_layers(stack: Any) -> None:
    functions = stack.functions().values()
    assert len({each["Code"]["S3Key"] for each in functions}) == 1
    assert not any("Layers" in each for each in functions)


@pytest.mark.parametrize(("function", "queue"), FED_BY.items())
def test_G24_a_message_stays_unseen_for_6_times_the_function_s_timeout(stack: Any, function: str, queue: str) -> None:
    assert stack.queues()[queue]["VisibilityTimeout"] >= 6 * SIZES[function].timeout


@pytest.mark.parametrize("queue", sorted(WORK_QUEUES))
def test_G24_a_message_that_failed_5_times_is_kept_14_days_in_a_queue_of_its_own(stack: Any, queue: str) -> None:
    redrive = stack.queues()[queue]["RedrivePolicy"]
    assert redrive["maxReceiveCount"] == 5
    assert stack.name_of(redrive["deadLetterTargetArn"]["Fn::GetAtt"][0]) == f"{queue}-dead-letters"
    assert stack.queues()[f"{queue}-dead-letters"]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_event_sources_report_partial_failures_and_bound_concurrency(stack: Any) -> None:
    sources = stack.of_type("AWS::Lambda::EventSourceMapping").values()
    fed = {stack.name_of(each["FunctionName"]["Ref"]): each for each in sources if "StartingPosition" not in each}
    assert {name: stack.name_of(each["EventSourceArn"]["Fn::GetAtt"][0]) for name, each in fed.items()} == FED_BY
    assert {name: each["BatchSize"] for name, each in fed.items()} == {
        "poll_orders": 1,
        "process_order": 1,
        "write_back": 10,
        "apply_tracking": 10,
        "poll_tracking": 1,
        "receive_goods": 1,
    }
    for each in fed.values():
        assert each["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert each["ScalingConfig"]["MaximumConcurrency"] >= 2


def test_events_are_made_of_the_table_s_stream_beside_the_way_of_the_orders(stack: Any) -> None:
    """Heads and watches alone, in order; what cannot be sent is tried for most of a day, then told by a dead letter."""
    (table,) = stack.of_type("AWS::DynamoDB::Table").values()
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    sources = stack.of_type("AWS::Lambda::EventSourceMapping").values()
    (source,) = [each for each in sources if "StartingPosition" in each]
    assert stack.name_of(source["FunctionName"]["Ref"]) == "publish_events"
    assert source["EventSourceArn"]["Fn::GetAtt"][1] == "StreamArn"
    assert (source["StartingPosition"], source["BisectBatchOnFunctionError"]) == ("TRIM_HORIZON", True)
    assert source["MaximumRecordAgeInSeconds"] == KEPT.to_seconds() < 24 * 3600
    assert "MaximumRetryAttempts" not in source
    failed = source["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
    assert stack.name_of(failed) == "events-dead-letters"
    (pattern,) = source["FilterCriteria"]["Filters"]
    assert json.loads(pattern["Pattern"]) == {
        "eventName": ["INSERT", "MODIFY"],
        "dynamodb": {"Keys": {"sk": {"S": list(SORTS)}}},
    }
    assert SORTS == OF_STREAM


def test_the_table_keeps_its_past_expires_items_and_lists_by_two_sparse_indexes(stack: Any) -> None:
    (table,) = stack.of_type("AWS::DynamoDB::Table").values()
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    indexes = {
        each["IndexName"]: ([key["AttributeName"] for key in each["KeySchema"]], each["Projection"]["ProjectionType"])
        for each in table["GlobalSecondaryIndexes"]
    }
    assert indexes == {
        "listing": (["listing_pk", "listing_sk"], "KEYS_ONLY"),
        "due": (["due_pk", "due_sk"], "KEYS_ONLY"),
    }


@pytest.mark.parametrize(
    ("kind", "deletion"),
    [
        ("AWS::DynamoDB::Table", "Retain"),
        ("AWS::S3::Bucket", "RetainExceptOnCreate"),
        ("AWS::KMS::Key", "RetainExceptOnCreate"),
    ],
)
def test_table_bucket_and_key_outlive_the_stack(stack: Any, kind: str, deletion: str) -> None:
    """The key and the bucket of a deploy that failed go, the table, which is protected and costs nothing, stays."""
    (resource,) = [each for each in stack.resources.values() if each["Type"] == kind]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == (deletion, "Retain")


def test_the_table_is_protected_from_deletion(stack: Any) -> None:
    (table,) = stack.of_type("AWS::DynamoDB::Table").values()
    assert table["DeletionProtectionEnabled"] is True


def test_no_resource_with_a_fixed_name_outlives_the_stack(stack: Any) -> None:
    """Else the next stack of the name could not be made: neither after a failed deploy, nor after a destroy."""
    names = {"QueueName", "FunctionName", "LogGroupName", "TopicName", "TableName", "BucketName", "RoleName"}
    fixed = {
        name: each
        for name, each in stack.resources.items()
        if names & set(each.get("Properties", {})) or each["Type"] == "AWS::Scheduler::ScheduleGroup"
    }
    assert len(fixed) > 20
    assert {name for name, each in fixed.items() if each.get("DeletionPolicy", "Delete") != "Delete"} == set()


def test_functions_that_go_on_by_themselves_are_not_stopped_for_it(stack: Any) -> None:
    allowed = {name for name, each in stack.functions().items() if each.get("RecursiveLoop") == "Allow"}
    assert allowed == {"poll_orders", "process_order"}


def test_an_image_ends_by_the_rule_that_its_tag_names(stack: Any) -> None:
    (bucket,) = stack.of_type("AWS::S3::Bucket").values()
    rules = bucket["LifecycleConfiguration"]["Rules"]
    assert all(each["Status"] == "Enabled" for each in rules)
    tagged = {each["TagFilters"][0]["Value"]: each for each in rules if "TagFilters" in each}
    assert set(tagged) == {str(days) for days in LIVES}
    for days, rule in tagged.items():
        assert rule["TagFilters"] == [{"Key": TAG, "Value": days}]
        assert rule["ExpirationInDays"] == int(days)
    (every,) = [each for each in rules if "TagFilters" not in each]
    assert every["ExpirationInDays"] == max(LIVES)
    assert every["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}


def test_a_queue_is_late_only_after_a_message_whose_worker_died_came_back(stack: Any) -> None:
    late = [
        each
        for each in stack.of_type("AWS::CloudWatch::Alarm").values()
        if each.get("MetricName") == "ApproximateAgeOfOldestMessage"
    ]
    assert len(late) == len(WORK_QUEUES)
    for alarm in late:
        queue = stack.name_of(_got(alarm))
        assert alarm["Threshold"] == stack.queues()[queue]["VisibilityTimeout"] + 15 * 60


def test_a_sum_over_functions_fills_nothing_in(stack: Any) -> None:
    """FILL at the end of a metric that comes late raises an alarm of its own; a missing count is no breach."""
    summed = [each for each in stack.of_type("AWS::CloudWatch::Alarm").values() if "Metrics" in each]
    assert {m["Expression"] for each in summed for m in each["Metrics"] if "Expression" in m} == {"SUM(METRICS())"}
    assert {each["TreatMissingData"] for each in summed} == {"notBreaching"}


def test_G24_every_store_is_encrypted_with_the_stack_s_rotating_key(stack: Any) -> None:
    ((key, properties),) = stack.of_type("AWS::KMS::Key").items()
    assert properties["EnableKeyRotation"] is True
    arn, ref = {"Fn::GetAtt": [key, "Arn"]}, {"Ref": key}
    (table,) = stack.of_type("AWS::DynamoDB::Table").values()
    assert table["SSESpecification"] == {"KMSMasterKeyId": arn, "SSEEnabled": True, "SSEType": "KMS"}
    (bucket,) = stack.of_type("AWS::S3::Bucket").values()
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"KMSMasterKeyID": arn, "SSEAlgorithm": "aws:kms"}
    (topic,) = stack.of_type("AWS::SNS::Topic").values()
    assert topic["KmsMasterKeyId"] in (arn, ref)
    assert all(each["KmsMasterKeyId"] in (arn, ref) for each in stack.queues().values())


def test_the_label_bucket_is_private_and_versioned(stack: Any) -> None:
    (bucket,) = stack.of_type("AWS::S3::Bucket").values()
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_G24_queues_bucket_and_topic_refuse_plain_http(stack: Any) -> None:
    policies = [
        policy
        for kind in ("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy")
        for policy in stack.of_type(kind).values()
    ]
    assert len(policies) == len(stack.queues()) + 2
    for policy in policies:
        denied = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"]
        assert {"Bool": {"aws:SecureTransport": "false"}} in [each["Condition"] for each in denied]


def test_alarms_may_publish_on_the_encrypted_topic(stack: Any) -> None:
    (policy,) = stack.of_type("AWS::SNS::TopicPolicy").values()
    allowed = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
    assert [(each["Principal"], each["Action"]) for each in allowed] == [
        ({"Service": "cloudwatch.amazonaws.com"}, "sns:Publish")
    ]
    (key,) = stack.of_type("AWS::KMS::Key").values()
    users = [each["Principal"].get("Service") for each in key["KeyPolicy"]["Statement"]]
    assert "cloudwatch.amazonaws.com" in users


def test_the_sweep_runs_every_minute_in_the_stack_s_schedule_group(stack: Any) -> None:
    (group,) = stack.of_type("AWS::Scheduler::ScheduleGroup").values()
    (schedule,) = stack.of_type("AWS::Scheduler::Schedule").values()
    assert group["Name"] == "parcelbridge"
    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    assert schedule["State"] == "ENABLED"
    target = schedule["Target"]
    assert stack.name_of(target["Arn"]["Fn::GetAtt"][0]) == "sweep"
    assert target["RetryPolicy"]["MaximumRetryAttempts"] == 0


def test_G24_what_fails_on_a_schedule_or_in_an_asynchronous_call_is_kept(stack: Any) -> None:
    (schedule,) = stack.of_type("AWS::Scheduler::Schedule").values()
    (calls,) = stack.of_type("AWS::Lambda::EventInvokeConfig").values()
    kept = [
        schedule["Target"]["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0],
        calls["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0],
    ]
    assert {stack.name_of(each) for each in kept} == {"schedules-dead-letters"}


def test_only_schedules_of_the_group_assume_the_schedules_role(stack: Any) -> None:
    (schedule,) = stack.of_type("AWS::Scheduler::Schedule").values()
    role = stack.resources[schedule["Target"]["RoleArn"]["Fn::GetAtt"][0]]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert ":schedule-group/parcelbridge" in str(trust["Condition"]["StringEquals"]["aws:SourceArn"])


def test_a_dead_letter_a_late_message_and_a_silent_sweep_each_raise_an_alarm_on_the_topic(stack: Any) -> None:
    every = stack.of_type("AWS::CloudWatch::Alarm").values()
    alarms = [each for each in every if "MetricName" in each]
    watched = sorted(
        (each["MetricName"], stack.name_of(each["Dimensions"][0]["Value"].get("Ref", "") or _got(each)))
        for each in alarms
    )
    late = [("ApproximateAgeOfOldestMessage", queue) for queue in WORK_QUEUES]
    dead = [("ApproximateNumberOfMessagesVisible", f"{queue}-dead-letters") for queue in {*WORK_QUEUES, *OTHERS}]
    failing = [
        ("Errors", "receive_webhook"),
        ("Errors", "issue_token"),
        ("Errors", "show_page"),
        ("Errors", "open_label"),
    ]
    assert watched == sorted([*late, *dead, *failing, ("Invocations", "sweep"), ("IteratorAge", "publish_events")])
    (topic,) = stack.of_type("AWS::SNS::Topic")
    assert all(each["AlarmActions"] == [{"Ref": topic}] for each in every)
    (silent,) = [each for each in alarms if each["MetricName"] == "Invocations"]
    assert silent["TreatMissingData"] == "breaching"


def test_what_functions_count_themselves_raises_an_alarm_over_all_functions_that_count_it(stack: Any) -> None:
    alarms = [each for each in stack.of_type("AWS::CloudWatch::Alarm").values() if "Metrics" in each]
    sources = [each["MetricStat"]["Metric"] for alarm in alarms for each in alarm["Metrics"] if "MetricStat" in each]
    found = {
        (each["MetricName"], each["Namespace"], tuple((d["Name"], d["Value"]) for d in each["Dimensions"]))
        for each in sources
    }
    assert found == {(name, "parcelbridge", (("service", ALL),)) for name in COUNTED}
    for name, function in stack.functions().items():
        variables = function["Environment"]["Variables"]
        told = variables["POWERTOOLS_METRICS_NAMESPACE"], variables["POWERTOOLS_SERVICE_NAME"]
        assert told == ("parcelbridge", name)


def _got(alarm: Any) -> str:
    return str(alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0])


def test_the_command_line_finds_in_the_outputs_all_that_it_needs(stack: Any) -> None:
    assert set(stack.outputs) == {
        "Deployment",
        "SecretPrefix",
        "TableName",
        "KeyArn",
        "LabelBucket",
        "PollsQueueUrl",
        "PollsQueueArn",
        "PollsDeadLettersUrl",
        "OrdersQueueUrl",
        "OrdersDeadLettersUrl",
        "WriteBacksQueueUrl",
        "WriteBacksDeadLettersUrl",
        "TrackingQueueUrl",
        "TrackingDeadLettersUrl",
        "LooksQueueUrl",
        "LooksDeadLettersUrl",
        "ReceivingQueueUrl",
        "ReceivingDeadLettersUrl",
        "SchedulesDeadLettersUrl",
        "SchedulesDeadLettersArn",
        "WebhookBase",
        "Network",
        "ScheduleGroup",
        "SchedulerRoleArn",
        "AlertTopicArn",
        "PollOrdersFunction",
        "ProcessOrderFunction",
        "ReceiveGoodsFunction",
        "WriteBackFunction",
        "SweepFunction",
        "ApplyTrackingFunction",
        "PollTrackingFunction",
        "ReceiveWebhookFunction",
        "IssueTokenFunction",
        "ShowPageFunction",
        "OpenLabelFunction",
        "ReaderPolicyArn",
        "ClerkPolicyArn",
        "EngineerPolicyArn",
        "EventBusArn",
        "EventsDeadLettersUrl",
    }


def test_the_estimate_of_costs_counts_what_the_stack_has(stack: Any) -> None:
    alarms = stack.of_type("AWS::CloudWatch::Alarm").values()
    metrics = sum("MetricName" in each for each in alarms)
    metrics += sum("MetricStat" in metric for each in alarms for metric in each.get("Metrics", ()))
    assert metrics == ALARM_METRICS
    sources = stack.of_type("AWS::Lambda::EventSourceMapping").values()
    assert sum("StartingPosition" not in each for each in sources) == FED_QUEUES, "reading a stream costs nothing"
    assert len(stack.of_type("AWS::KMS::Key")) == KEYS


def test_the_bulk_benchmark_reckons_with_the_stack_s_concurrency() -> None:
    assert bulk.ORDERS_AT_ONCE == ORDERS_AT_ONCE
