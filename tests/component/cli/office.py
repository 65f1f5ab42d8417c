"""The command line before the sandbox's own M3 and UPS: what a person types meets systems that answer as real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typer.testing import CliRunner, Result

from cli.main import app
from cli.wiring import Stack
from tests.component.cli.fakes import (
    HOOKS,
    ME,
    FakeCredentials,
    FakeHooks,
    FakeQueues,
    FakeSchedules,
    give_webhook,
)
from tests.component.workflow.scene import CONNECTION, Scene


class Office(Scene):
    """A Scene with a terminal. Its connection is applied, and runs unless `start` is False: then it is paused."""

    def __init__(self, *, start: bool = True, webhook: bool = True, **connection: Any) -> None:
        super().__init__(start=start, **connection)
        self.schedules, self.credentials, self.queues = FakeSchedules(), FakeCredentials(), FakeQueues()
        self.hooks = FakeHooks(lambda: self.ports, self.credentials)
        self.who: Callable[[], str] = lambda: ME
        if not start:
            now = self.clock.now()
            self.ports.connections.apply(self.world.connection, now, ME, now)
        if start and webhook:
            give_webhook(self.ports, self.credentials, self.world.connection)
        self.schedules.converge(self.world.connection, running=start)

    def run(self, *arguments: str, given: str | None = None) -> Result:
        given_to = (self.ports, self.schedules, self.credentials, self.queues, self.who, "s3://labels/")
        stack = Stack("test", *given_to, webhook_base=HOOKS, transport=self.hooks)
        return CliRunner().invoke(app, list(arguments), input=given, obj=lambda: stack)

    def says(self, *arguments: str, given: str | None = None, ends: int = 0) -> str:
        """Return the command's output on both streams; it must end with that code."""
        result = self.run(*arguments, given=given)
        assert result.exit_code == ends, result.output
        return result.output


__all__ = ["CONNECTION", "Office"]
