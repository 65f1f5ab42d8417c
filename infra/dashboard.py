"""The view that a person has in CloudWatch: one dashboard, and saved queries over the functions' logs.

Most of it is added up from log lines (`figure` of shared/log.py) when somebody looks: a metric of each would cost more
than the orders (docs/costs.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.functions import SIZES, WorkerFunction

GB_SECOND = 0.0000133334
WRITE_UNIT, READ_UNIT = 0.000000625, 0.000000125
"""USD in us-east-1 (docs/costs.md): a GB-second of Lambda on Arm, and the units of DynamoDB."""
QUERIES: Mapping[str, tuple[str, ...]] = {
    "life-of-an-order": (
        "fields @timestamp, message, use_case, state, why, reason, call, outcome, request_id, request_ids, attempt",
        'filter order like "ORDER" or correlation_id = "ID"',
        "sort @timestamp asc",
        "limit 1000",
    ),
    "errors-of-an-hour": (
        "fields @timestamp, service, message, connection, order, exception_name, why",
        'filter level in ["ERROR", "CRITICAL", "WARNING"]',
        "sort @timestamp desc",
        "limit 500",
    ),
    "slowest-calls": (
        'filter message = "vendor_called"',
        "stats count() as calls, pct(seconds, 95) as p95, max(seconds) as longest by side, host, call, outcome",
        "sort longest desc",
        "limit 100",
    ),
    "held-by-reason": (
        'filter message = "figure" and figure = "HeldByReason"',
        "stats count() as orders by reason, connection",
        "sort orders desc",
    ),
}
"""Name → its commands. In the first one a person writes an order's number, or its correlation id."""

_FUNNEL = ("OrdersTaken", "HeldByReason", "LabelAmounts", "WriteBacks", "OrdersDone")
_NAMES = ", ".join(f'"{name}"' for name in _FUNNEL)
_ROW = 24


def commands(*lines: str) -> str:
    """One query of these commands."""
    return " | ".join(lines)


class Dashboard(Construct):
    """The dashboard of a stack, named as the stack, and its saved queries in a folder of that name."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        functions: Mapping[str, WorkerFunction],
        table: dynamodb.ITable,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions, self._table, self._prefix = functions, table, prefix
        self._groups = [each.log_group for each in functions.values()]
        for name, lines in QUERIES.items():
            logs.CfnQueryDefinition(
                self,
                name,
                name=f"{prefix}/{name}",
                query_string=commands(*lines),
                log_group_names=[each.log_group_name for each in self._groups],
            )
        board = cloudwatch.Dashboard(self, "Board", dashboard_name=prefix, default_interval=Duration.days(1))
        board.add_widgets(self._words())
        board.add_widgets(self._funnel(), self._held(), self._oldest())
        board.add_widgets(self._errors(), self._lag())
        board.add_widgets(self._amounts(), self._running_cost())
        board.add_widgets(self._heartbeats(), self._calls())

    def _words(self) -> cloudwatch.TextWidget:
        return cloudwatch.TextWidget(
            markdown=f"# {self._prefix}\nOrders of the chosen time, from the poll to the ERP. An alarm's mail names "
            "its entry in docs/runbook.md; `parcelbridge status` says what needs a person, and "
            "`parcelbridge orders why ORDER` why an order stands where it does.",
            width=_ROW,
            height=2,
        )

    def _query(
        self, title: str, *lines: str, view: cloudwatch.LogQueryVisualizationType, width: int = 12
    ) -> cloudwatch.LogQueryWidget:
        return cloudwatch.LogQueryWidget(
            title=title,
            log_group_names=[each.log_group_name for each in self._groups],
            query_string=commands(*lines),
            view=view,
            width=width,
            height=6,
        )

    def _funnel(self) -> cloudwatch.LogQueryWidget:
        return self._query(
            "Orders: taken, held, labelled, written back, done",
            f'filter message = "figure" and figure in [{_NAMES}]',
            "stats count() as orders by figure",
            "sort orders desc",
            view=cloudwatch.LogQueryVisualizationType.BAR,
            width=8,
        )

    def _held(self) -> cloudwatch.LogQueryWidget:
        return self._query(
            "Held, by reason",
            'filter message = "figure" and figure = "HeldByReason"',
            "stats count() as orders by reason",
            "sort orders desc",
            view=cloudwatch.LogQueryVisualizationType.BAR,
            width=8,
        )

    def _oldest(self) -> cloudwatch.LogQueryWidget:
        return self._query(
            "The oldest order that moves, and that is held (hours)",
            'filter message = "figure" and figure in ["OldestOpen", "OldestHeld"]',
            "stats latest(value) / 3600 as hours by connection, figure",
            "sort hours desc",
            view=cloudwatch.LogQueryVisualizationType.TABLE,
            width=8,
        )

    def _errors(self) -> cloudwatch.LogQueryWidget:
        return self._query(
            "Errors, by connection",
            'filter level in ["ERROR", "CRITICAL"] or message = "vendor_called" and (outcome >= 500 or outcome = 429)',
            "stats count() as lines by connection, message, outcome",
            "sort lines desc",
            view=cloudwatch.LogQueryVisualizationType.TABLE,
        )

    def _lag(self) -> cloudwatch.LogQueryWidget:
        return self._query(
            "Tracking: minutes from a scan until it is known",
            'filter message = "figure" and figure = "TrackingLag"',
            "stats pct(value, 50) / 60 as half, pct(value, 95) / 60 as most by bin(1h)",
            view=cloudwatch.LogQueryVisualizationType.LINE,
        )

    def _amounts(self) -> cloudwatch.LogQueryWidget:
        return self._query(
            "Shipping cost, by day",
            'filter message = "figure" and figure = "LabelAmounts"',
            "stats sum(value) as cost, count() as labels by datefloor(@timestamp, 1d) as day, currency",
            "sort day desc",
            view=cloudwatch.LogQueryVisualizationType.TABLE,
        )

    def _running_cost(self) -> cloudwatch.GraphWidget:
        """Functions and the table are most of what an order costs here; the vendors' waiting time is in it."""
        day = Duration.days(1)
        spent = [
            (f"d{place}", function.metric_duration(period=day, statistic="Sum"), SIZES[name].memory / 1024)
            for place, (name, function) in enumerate(self._functions.items())
        ]
        used: dict[str, cloudwatch.IMetric] = {name: metric for name, metric, _ in spent}
        for name, metric in (("w", "ConsumedWriteCapacityUnits"), ("r", "ConsumedReadCapacityUnits")):
            used[name] = self._table.metric(metric, period=day, statistic="Sum")
        used["o"] = self._functions["write_back"].metric_invocations(period=day, statistic="Sum")
        seconds = " + ".join(f"FILL({name}, 0) / 1000 * {size:g}" for name, _, size in spent)
        total = f"({seconds}) * {GB_SECOND:.10f} + FILL(w, 0) * {WRITE_UNIT:.9f} + FILL(r, 0) * {READ_UNIT:.9f}"
        cost = cloudwatch.MathExpression(
            expression=f"1000 * ({total}) / o", using_metrics=used, period=day, label="USD for 1,000 write-backs"
        )
        return cloudwatch.GraphWidget(
            title="Running cost: functions and table, for 1,000 write-backs",
            left=[cost],
            width=12,
            height=6,
        )

    def _heartbeats(self) -> cloudwatch.GraphWidget:
        sweep = self._functions["sweep"].metric_invocations(period=Duration.minutes(5), statistic="Sum", label="sweeps")
        polls = cloudwatch.Metric(
            namespace=self._prefix,
            metric_name="Polls",
            dimensions_map={"service": "parcelbridge"},
            statistic="Sum",
            period=Duration.minutes(5),
            label="polls",
        )
        return cloudwatch.GraphWidget(title="Heartbeats", left=[sweep], right=[polls], width=12, height=6)

    def _calls(self) -> cloudwatch.LogQueryWidget:
        return self._query(
            "Calls to ERPs and carriers",
            'filter message = "vendor_called"',
            "stats count() as calls, pct(seconds, 95) as p95 by side, host, outcome",
            "sort calls desc",
            "limit 20",
            view=cloudwatch.LogQueryVisualizationType.TABLE,
        )
