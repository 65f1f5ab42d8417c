"""The one stack: composes the constructs, and says which function may reach what."""

from __future__ import annotations

from aws_cdk import Aws, CfnOutput, Duration, Fn, Stack
from constructs import Construct

from infra.access import Access
from infra.alerts import Alarms, AlertTopic
from infra.console import Console, ConsoleSettings
from infra.dashboard import Dashboard
from infra.events import Events, EventSettings
from infra.functions import OF_CONSOLE, OF_POSTS, OF_STREAM, SIZES, Build, WorkerFunction, timeout_of
from infra.local import LEFT_OUT
from infra.network import Network
from infra.people import People, Things
from infra.schedules import Schedules
from infra.storage import Adopted, Storage
from infra.webhooks import EVENTS, LABELS, PAGES, TOKENS, WebhookApi, WebhookSettings, kept_warm
from infra.work_queue import WorkQueue

ALARM = "AWS::CloudWatch::Alarm"
ORDERS_AT_ONCE = 10
PATIENCE = Duration.minutes(15)
"""How long a queue may be late beyond its visibility timeout: a message whose worker died is as old as that one when it
comes back, which is no reason to wake anybody."""
CALL_AN_ERP = frozenset({"poll_orders", "write_back", "receive_goods", "run_errands"})
"""The functions that read and write an ERP: no other has its credential."""


class ParcelbridgeStack(Stack):
    """parcelbridge in one account and region; several may live side by side under different stack names.

    `local` leaves out what the local AWS cannot do (infra/local.py has the list).
    """

    def __init__(  # noqa: PLR0913 - a deployment has so many settings
        self,
        scope: Construct,
        name: str,
        *,
        build: Build,
        local: bool = False,
        webhooks: WebhookSettings = WebhookSettings(),  # noqa: B008 - it is frozen
        network: Network = Network(),  # noqa: B008 - it is frozen
        adopted: Adopted = Adopted(),  # noqa: B008 - it is frozen
        console: ConsoleSettings = ConsoleSettings(),  # noqa: B008 - it is frozen
        events: EventSettings = EventSettings(),  # noqa: B008 - it is frozen
        orders_at_once: int = ORDERS_AT_ONCE,
        metrics: str = "few",
    ) -> None:
        super().__init__(scope, name, description="parcelbridge: orders of an ERP become parcels at a carrier")
        self.prefix, self.metrics = name, metrics
        # The first part of the UUID that CloudFormation puts at the end of a stack's id: made at the first deploy, kept
        # by every later one.
        self.deployment = adopted.deployment or Fn.select(0, Fn.split("-", Fn.select(2, Fn.split("/", Aws.STACK_ID))))
        self.secret_prefix = f"parcelbridge/{self.deployment}/"
        self.storage = Storage(self, "Storage", adopted=adopted)
        self.topic = AlertTopic(self, "Alerts", prefix=name, key=self.storage.key)
        self.schedules = Schedules(self, "Schedules", prefix=name, key=self.storage.key)
        self.polls = self._queue("polls", "poll_orders")
        self.orders = self._queue("orders", "process_order")
        self.write_backs = self._queue("write-backs", "write_back")
        self.tracking = self._queue("tracking", "apply_tracking")
        self.looks = self._queue("looks", "poll_tracking")
        self.receiving = self._queue("receiving", "receive_goods")
        self.webhooks = WebhookApi(self, "Webhooks", prefix=name, key=self.storage.key, settings=webhooks, local=local)
        self.console = self._console(console, local=local)
        self.errands = self._queue("errands", "run_errands") if self.console else None
        self.events = self._events(events)
        self.functions = self._functions(build)
        self.network = network
        for each in CALL_AN_ERP & self.functions.keys():
            network.joined_by(self.functions[each])
        self._grant(local)
        self._connect(orders_at_once)
        People(self, "People", things=self._things())
        self._answer(webhooks.warm)
        if not (local and ALARM in LEFT_OUT):
            self._watch()
        self._output()

    def _queue(self, name: str, function: str) -> WorkQueue:
        return WorkQueue(self, name, prefix=self.prefix, key=self.storage.key, timeout=timeout_of(function))

    def _answer(self, warm: int) -> None:
        self.webhooks.answers(EVENTS, kept_warm(self.functions["receive_webhook"], warm))
        self.webhooks.answers(TOKENS, self.functions["issue_token"])
        self.webhooks.answers(PAGES, self.functions["show_page"])
        self.webhooks.answers(LABELS, self.functions["open_label"])
        if self.console:
            self.console.answers(self.functions["operator_api"])
            self.console.gives_out(self.functions["console"])

    def _console(self, settings: ConsoleSettings, *, local: bool) -> Console | None:
        if not settings.on:
            return None
        return Console(
            self,
            "Console",
            prefix=self.prefix,
            deployment=self.deployment,
            key=self.storage.key,
            settings=settings,
            local=local,
        )

    def _events(self, settings: EventSettings) -> Events | None:
        if not self.storage.stream:
            return None
        key, secrets = self.storage.key, self.secret_prefix
        return Events(self, "Events", prefix=self.prefix, key=key, settings=settings, secrets=secrets)

    def _made(self) -> list[str]:
        """The functions of this stack."""
        without = (
            *(() if self.console else OF_CONSOLE),
            *(() if self.events and self.events.posts else OF_POSTS),
            *(() if self.events else OF_STREAM),
        )
        return [name for name in SIZES if name not in without]

    def _functions(self, build: Build) -> dict[str, WorkerFunction]:
        values = {
            "deployment": self.deployment,
            "metrics_namespace": self.prefix,
            "metrics": self.metrics,
            "table": self.storage.table.table_name,
            "key": self.storage.key.key_arn,
            "label_bucket": self.storage.labels.bucket_name,
            "secret_prefix": self.secret_prefix,
            "orders_queue": self.orders.queue.queue_url,
            "write_backs_queue": self.write_backs.queue.queue_url,
            "polls_queue": self.polls.queue.queue_url,
            "looks_queue": self.looks.queue.queue_url,
            "receiving_queue": self.receiving.queue.queue_url,
            "tracking_queue": self.tracking.queue.queue_url,
            "webhook_base": self.webhooks.base,
            "schedule_group": self.schedules.group.schedule_group_name,
            "scheduler_role": self.schedules.role.role_arn,
            "polls_queue_arn": self.polls.queue.queue_arn,
            "schedules_dead_letters": self.schedules.dead_letters.queue_arn,
            **(self.console.values() if self.console else {}),
            **({"errands_queue": self.errands.queue.queue_url} if self.errands else {}),
            **(self.events.values() if self.events else {}),
        }
        return {
            name: WorkerFunction(self, name, prefix=self.prefix, build=build, key=self.storage.key, values=values)
            for name in self._made()
        }

    def _grant(self, local: bool) -> None:
        polls, orders, write_backs = self.polls.queue, self.orders.queue, self.write_backs.queue
        grant = {name: Access(function, self.storage, local) for name, function in self.functions.items()}
        grant["poll_orders"].items("listing").keeps_ledger()
        grant["poll_orders"].sends(orders, polls, write_backs, self.receiving.queue)
        grant["poll_orders"].reads_secrets(self.secret_prefix, "erp").keeps_tokens("erp")
        grant["receive_goods"].items("listing").keeps_ledger().sends(self.receiving.queue)
        grant["receive_goods"].reads_secrets(self.secret_prefix, "erp").keeps_tokens("erp")
        grant["receive_goods"].reads_secrets(self.secret_prefix, "carrier")
        grant["process_order"].items().sends(orders, write_backs).stores_labels()
        grant["process_order"].reads_secrets(self.secret_prefix, "carrier").keeps_tokens("carrier")
        grant["write_back"].items().looks_for_labels().reads_secrets(self.secret_prefix, "erp").keeps_tokens("erp")
        grant["sweep"].items("due").sends(orders, write_backs, self.looks.queue)
        grant["apply_tracking"].items().sends(write_backs)
        grant["poll_tracking"].items("listing").sends(write_backs, orders).reads_secrets(self.secret_prefix, "carrier")
        grant["poll_tracking"].reads_secrets(self.secret_prefix, "webhook").keeps_tokens("carrier")
        grant["receive_webhook"].knows_webhooks().keeps_events().sends(self.tracking.queue, self.looks.queue)
        grant["show_page"].sees_pages()
        grant["open_label"].gives_labels()
        grant["issue_token"].knows_webhooks().reads_secrets(self.secret_prefix, "webhook")
        if self.events:
            posts = [self.events.posts.queue] if self.events.posts else []
            grant["publish_events"].follows_stream(self.events.bus.event_bus_arn, *posts)
            if posts:
                grant["post_events"].posts(self.secret_prefix)
        if self.errands:  # the function of the console's files is granted nothing
            api, group = grant["operator_api"], self.schedules.group.schedule_group_name
            api.items("listing", "due").sends(orders, write_backs, polls, self.receiving.queue, self.errands.queue)
            api.looks_for_labels().sets_schedules(group, self.schedules.role.role_arn)
            runs = grant["run_errands"].items("listing").sends(orders, write_backs)
            runs.stores_labels().removes_labels()
            for side in ("erp", "carrier"):
                runs.reads_secrets(self.secret_prefix, side).keeps_tokens(side)

    def _connect(self, orders_at_once: int) -> None:
        self.polls.feed(self.functions["poll_orders"], batch=1, concurrency=5)
        self.orders.feed(self.functions["process_order"], batch=1, concurrency=orders_at_once)
        self.write_backs.feed(self.functions["write_back"], batch=10, concurrency=5)
        self.tracking.feed(self.functions["apply_tracking"], batch=10, concurrency=5)
        self.looks.feed(self.functions["poll_tracking"], batch=1, concurrency=3)
        self.receiving.feed(self.functions["receive_goods"], batch=1, concurrency=3)
        if self.errands:
            self.errands.feed(self.functions["run_errands"], batch=1, concurrency=3)
        if self.events:
            self.events.follow(self.storage.stream, self.functions["publish_events"])
            if self.events.posts:
                self.events.posts.feed(self.functions["post_events"], batch=10, concurrency=2)
        self.schedules.may_poll(self.polls.queue)
        self.schedules.every_minute(self.functions["sweep"])

    def _all_queues(self) -> tuple[WorkQueue, ...]:
        beside = (self.errands,) if self.errands else ()
        return (self.polls, self.orders, self.write_backs, self.tracking, self.looks, self.receiving, *beside)

    def _things(self) -> Things:
        queues = {each.name: each for each in self._all_queues()}
        dead_letters = self.schedules.dead_letters.queue_arn
        return Things(self.storage, queues, dead_letters, self.schedules.group, self.schedules.role, self.secret_prefix)

    def _watch(self) -> None:
        alarms = Alarms(self, "Alarms", topic=self.topic)
        queues = {each.name: each for each in self._all_queues()}
        dead_letters = {name: each.dead_letters for name, each in queues.items()}
        alarms.dead_letters({**dead_letters, "schedules": self.schedules.dead_letters})
        alarms.oldest_message({name: (each.queue, each.visibility.plus(PATIENCE)) for name, each in queues.items()})
        alarms.silent(self.functions["sweep"])
        by_carriers = {name: self.functions[name] for name in ("receive_webhook", "issue_token")}
        alarms.failing(by_carriers, "what carriers push is not taken in, and is found by the next polls only")
        alarms.failing({"show_page": self.functions["show_page"]}, "customers do not see where their parcels are")
        alarms.failing({"open_label": self.functions["open_label"]}, "suppliers do not get their labels")
        if self.console:
            of_people = {name: self.functions[name] for name in OF_CONSOLE}
            alarms.failing(of_people, "people do not see the console, or what they decide in it is not done")
        if self.events:
            self.events.watched_by(alarms, self.functions["publish_events"])
        alarms.counted(self.prefix)
        Dashboard(self, "Dashboard", prefix=self.prefix, functions=self.functions, table=self.storage.table)

    def _outputs_of_parts(self) -> dict[str, str]:
        """Those of the console and of the events, as far as they are there."""
        of_events = dict(self.events.outputs()) if self.events else {}
        if not (self.console and self.errands):
            return of_events
        queues = {"ErrandsQueueUrl": self.errands.queue, "ErrandsDeadLettersUrl": self.errands.dead_letters}
        return {**of_events, **self.console.outputs(), **{name: each.queue_url for name, each in queues.items()}}

    def _output(self) -> None:
        """Everything that the command line needs to know of a deployment."""
        values = {
            **self._outputs_of_parts(),
            "Deployment": self.deployment,
            "SecretPrefix": self.secret_prefix,
            "TableName": self.storage.table.table_name,
            "KeyArn": self.storage.key.key_arn,
            "LabelBucket": self.storage.labels.bucket_name,
            "PollsQueueUrl": self.polls.queue.queue_url,
            "PollsQueueArn": self.polls.queue.queue_arn,
            "PollsDeadLettersUrl": self.polls.dead_letters.queue_url,
            "OrdersQueueUrl": self.orders.queue.queue_url,
            "OrdersDeadLettersUrl": self.orders.dead_letters.queue_url,
            "WriteBacksQueueUrl": self.write_backs.queue.queue_url,
            "WriteBacksDeadLettersUrl": self.write_backs.dead_letters.queue_url,
            "TrackingQueueUrl": self.tracking.queue.queue_url,
            "TrackingDeadLettersUrl": self.tracking.dead_letters.queue_url,
            "LooksQueueUrl": self.looks.queue.queue_url,
            "LooksDeadLettersUrl": self.looks.dead_letters.queue_url,
            "ReceivingQueueUrl": self.receiving.queue.queue_url,
            "ReceivingDeadLettersUrl": self.receiving.dead_letters.queue_url,
            "SchedulesDeadLettersUrl": self.schedules.dead_letters.queue_url,
            "SchedulesDeadLettersArn": self.schedules.dead_letters.queue_arn,
            "WebhookBase": self.webhooks.base,
            "Network": self.network.kind,
            "ScheduleGroup": self.schedules.group.schedule_group_name,
            "SchedulerRoleArn": self.schedules.role.role_arn,
            "AlertTopicArn": self.topic.topic_arn,
            "PollOrdersFunction": self.functions["poll_orders"].function_name,
            "ReceiveGoodsFunction": self.functions["receive_goods"].function_name,
            "ProcessOrderFunction": self.functions["process_order"].function_name,
            "WriteBackFunction": self.functions["write_back"].function_name,
            "SweepFunction": self.functions["sweep"].function_name,
            "ApplyTrackingFunction": self.functions["apply_tracking"].function_name,
            "PollTrackingFunction": self.functions["poll_tracking"].function_name,
            "ReceiveWebhookFunction": self.functions["receive_webhook"].function_name,
            "IssueTokenFunction": self.functions["issue_token"].function_name,
            "ShowPageFunction": self.functions["show_page"].function_name,
            "OpenLabelFunction": self.functions["open_label"].function_name,
        }
        if self.webhooks.domain:
            values["WebhookDomainTarget"] = self.webhooks.domain.regional_domain_name
        for name, value in values.items():
            CfnOutput(self, name, value=value)
