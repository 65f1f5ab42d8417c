"""The alerts to a person: one topic, and the alarms on it."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD


RUNBOOK: Mapping[str, str] = {
    "dead-letters": "Dead letters",
    "late": "A queue is late",
    "sweep-silent": "The sweep is silent",
    "events": "Events are not sent",
    "LimitsReached": "A limit is reached",
    "ConnectionsClosed": "A connection is closed",
    "ConnectionsSilent": "A connection is silent",
    "DocumentsUnread": "A document is not read",
    "LabelsUnknown": "A label is in doubt",
    "LabelsAwaited": "A label is awaited",
    "StraysFound": "A stray shipment",
    "LabelsUnsent": "A label is unsent",
    "ErpNotTold": "The ERP was not told",
    "SessionsTaken": "A session was taken",
    "NewerFormats": "A newer format",
    "TokenBudgets": "The token budget",
    "ParcelExceptions": "A parcel has an exception",
    "ParcelsSilent": "A parcel is silent",
    "TrackingSilent": "Tracking is silent",
    "AccountsUnread": "An account is not read",
    "webhook-failing": "A webhook fails",
    "EventsUnreadable": "An event cannot be read",
    "ReceivingHeld": "A receipt waits for a person",
}
"""Kind of alarm → its heading in docs/runbook.md, which the alarm's description names (a test holds both together)."""

COUNTED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "LimitsReached": (
        "A connection has reached a limit of its file and buys nothing more for now; its orders wait",
        ("process_order",),
    ),
    "ConnectionsClosed": (
        "A connection is closed: credentials or set-up were refused, and nothing of it moves until a person acts",
        ("poll_orders", "process_order", "write_back", "poll_tracking", "receive_goods"),
    ),
    "ConnectionsSilent": (
        "A connection runs and has read nothing for three spans of its schedule: its polls fail, or do not come",
        ("sweep",),
    ),
    "DocumentsUnread": (
        "A document of the ERP could not be read for a day, so its orders are not taken in: parcelbridge status",
        ("poll_orders", "receive_goods"),
    ),
    "LabelsUnknown": (
        "Whether a label was made is not known, and the look-up could not tell: a person has to end the doubt",
        ("process_order", "sweep"),
    ),
    "StraysFound": (
        "A second live shipment carries the reference of an order: it is paid for until somebody voids it",
        ("process_order",),
    ),
    "NewerFormats": (
        "Items or messages of a newer release were met and left alone: deploy that release again",
        ("poll_orders", "process_order", "write_back", "sweep", "apply_tracking", "poll_tracking", "receive_goods"),
    ),
    "LabelsAwaited": (
        "An order waits for a label that a person buys at the carrier, longer than its file allows",
        ("process_order",),
    ),
    "LabelsUnsent": (
        "A supplier has not been sent the label of its shipment for 4 hours: parcelbridge labels list --waiting",
        ("process_order",),
    ),
    "ErpNotTold": (
        "A milestone, a cost or a failure did not reach the ERP: it was refused, or was tried for a day",
        ("write_back",),
    ),
    "SessionsTaken": (
        "An ERP ended our session in a run: a second logon by a person, with the connector's user, ends ours",
        ("poll_orders", "write_back", "receive_goods"),
    ),
    "TokenBudgets": (
        "A carrier credential has asked for most of its day's tokens; more are spread out, and orders wait for them",
        ("process_order", "poll_tracking"),
    ),
    "ParcelExceptions": (
        "A carrier reports an exception: a parcel is held up, refused or lost, and somebody may have to act",
        ("apply_tracking", "poll_tracking"),
    ),
    "ParcelsSilent": (
        "A parcel has had no event for more days than its connection allows: it may be lost, or was never handed over",
        ("poll_tracking",),
    ),
    "TrackingSilent": (
        "A connection has parcels on their way, and none of them has had an event for longer than its file allows",
        ("sweep",),
    ),
    "AccountsUnread": (
        "The events of a carrier account could not be read three times in a row; its parcels are asked for by number",
        ("poll_tracking",),
    ),
    "ReceivingHeld": (
        "A purchase order at a warehouse, or a receipt of it, waits for a person: parcelbridge receipts list",
        ("receive_goods",),
    ),
    "EventsUnreadable": (
        "A carrier pushed an event in which nothing usable was found: its form has changed, or is new to us",
        ("receive_webhook",),
    ),
}
"""Metrics that functions count themselves (shared/log.py): what each means to a person, and which functions do."""

HOURLY = {"TrackingSilent": Duration.hours(2)}
"""Metrics that are counted once an hour at most, with the span in which one is sure to stand while it lasts."""


class AlertTopic(sns.Topic):
    """The topic that people subscribe to, encrypted. Its policy replaces SNS's default one, so it names the alarms."""

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str, key: kms.IKey) -> None:
        super().__init__(scope, construct_id, topic_name=f"{prefix}-alerts", master_key=key, enforce_ssl=True)
        self.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )


class Alarms(Construct):
    """The alarms, each with what it means for the person who reads it."""

    def __init__(self, scope: Construct, construct_id: str, *, topic: sns.Topic) -> None:
        super().__init__(scope, construct_id)
        self._action = actions.SnsAction(topic)

    def dead_letters(self, queues: Mapping[str, sqs.Queue]) -> None:
        for name, queue in queues.items():
            means = f"A message of {name} failed 5 times and waits in {queue.queue_name} for a person"
            self._waiting(name, queue, "dead-letters", means)

    def events_lost(self, queues: Mapping[str, sqs.Queue]) -> None:
        """Alarms when an event was given up: on its way to the bus, or to the webhook."""
        for name, queue in queues.items():
            means = f"Events to other systems were given up, and {queue.queue_name} says which; no order waits for them"
            self._waiting(name, queue, "events", means)

    def _waiting(self, name: str, queue: sqs.Queue, entry: str, means: str) -> None:
        """Alarms when a message waits in a queue of dead letters."""
        waiting = queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(1), statistic="Maximum")
        self._alarm(f"{name}-dead-letters", entry, means, waiting, (ABOVE, 0))

    def behind(self, function: lambda_.Function, patience: Duration) -> None:
        """Alarms when the function has not come to what stands in the stream for so long."""
        self._alarm(
            f"{function.node.id}-behind",
            "events",
            f"Events to other systems wait in the table's stream for more than {patience.to_minutes():.0f} minutes",
            function.metric("IteratorAge", period=Duration.minutes(5), statistic="Maximum"),
            (ABOVE, patience.to_milliseconds()),
        )

    def oldest_message(self, queues: Mapping[str, tuple[sqs.Queue, Duration]], kind: str = "late") -> None:
        """Alarms when the oldest message of a queue has waited longer than the time beside it."""
        for name, (queue, patience) in queues.items():
            self._alarm(
                f"{name}-late",
                kind,
                f"The oldest message of {name} waits for more than {patience.to_minutes():.0f} minutes",
                queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(5), statistic="Maximum"),
                (ABOVE, patience.to_seconds()),
            )

    def counted(self, namespace: str) -> None:
        """Alarms as soon as a function has counted one of `COUNTED`."""
        for name, (meaning, _) in COUNTED.items():
            total = cloudwatch.MathExpression(
                expression="SUM(METRICS())",
                using_metrics={"m0": _count(namespace, name)},
                period=HOURLY.get(name, Duration.minutes(5)),
            )
            self._alarm(name, name, meaning, total, (ABOVE, 0))

    def failing(self, functions: Mapping[str, lambda_.Function], so: str) -> None:
        """Alarms when a function at a public address ends with an error; `so` is what follows from that."""
        for name, function in functions.items():
            self._alarm(
                f"{name}-failing",
                "webhook-failing",
                f"{name} ends with errors: {so}",
                function.metric_errors(period=Duration.minutes(5), statistic="Sum"),
                (ABOVE, 0),
            )

    def silent(self, sweep: lambda_.Function) -> None:
        self._alarm(
            "sweep-silent",
            "sweep-silent",
            "The sweep has not run for 5 minutes: whatever waits for its time stays where it is",
            sweep.metric_invocations(period=Duration.minutes(5), statistic="Sum"),
            (BELOW, 1),
            missing=cloudwatch.TreatMissingData.BREACHING,
        )

    def _alarm(
        self,
        name: str,
        kind: str,
        meaning: str,
        metric: cloudwatch.Metric | cloudwatch.MathExpression,
        limit: tuple[cloudwatch.ComparisonOperator, float],
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        alarm = metric.create_alarm(
            self,
            name,
            alarm_description=described(kind, meaning),
            comparison_operator=limit[0],
            threshold=limit[1],
            evaluation_periods=1,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)


def described(kind: str, meaning: str) -> str:
    """Return the text in an alarm's mail: its meaning, and where the operator reads on."""
    return f"{meaning}. What to do: docs/runbook.md, {RUNBOOK[kind]}"


def _count(namespace: str, metric: str) -> cloudwatch.IMetric:
    """All functions count into one metric (shared/log.py): each further one would cost 0.10 USD a month."""
    return cloudwatch.Metric(
        namespace=namespace, metric_name=metric, dimensions_map={"service": "parcelbridge"}, statistic="Sum"
    )
