"""The fast lane, round by round: events in, `live.orders` out, while the warehouse is left alone.

A round takes the events that wait, asks their shops for the orders they touched, lands those in the lane's
own file, builds the ordinary models on it, checks key, account, currency and amounts, and swaps
`live.duckdb`. Each step is on disk before the one before it is forgotten, so a kill anywhere costs a round.
`marts.*` and the published files never move by it; a publication empties the lane of what it includes.
"""

import os
import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion import live_orders, live_publication
from ingestion.errors import LoadError
from ingestion.group import Group
from ingestion.lanes import Lane
from ingestion.live_deltas import CONSUMER, Deltas
from ingestion.request import naive, now
from ingestion.results import workdir_of
from ingestion.webhooks.store import Store, store_of
from orchestration import dbt_run, environment, live_checks, live_file, live_models, marts
from orchestration.live_file import Underneath

DELTAS = "CONCORD_LIVE_DELTAS"  # read by profiles.yml
ASKED = "asked"
TOGETHER = 200  # orders that one shop is asked for in one round
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0  # seconds until a shop that failed is asked again
HELD = 60.0  # seconds until what could not be shown is tried again, if nothing new arrives before
# A file that is new takes again what came since the publication, and during the run that led to it.
BEFORE_PUBLICATION = timedelta(days=1)


class LiveError(RuntimeError):
    """The lane's orders can't be shown now; the last version stays. The message says what to do."""


@dataclass
class Pause:
    until: float
    seconds: float


@dataclass
class FastLane:
    """``say`` gets a line per thing that happened."""

    group: Group
    lane: Lane
    say: Callable[[str], None]
    _parsed: Any = None
    _settled_for: str | None = None  # the run whose settled models stand in the lane's file
    is_shown: bool = False
    _try_at: float = 0.0
    _pauses: dict[str, Pause] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.link = environment.live_path()
        self.folder = self.link.with_suffix("")
        self.deltas = Deltas(self.folder / "deltas.duckdb", live_orders.STREAM.tables)
        warehouse = environment.warehouse_path()
        self.workdir = workdir_of(warehouse).resolve()
        self.store = Store(store_of(warehouse))
        manifest = dbt_run.manifest()
        self.lineage = live_models.lineage(manifest)
        self.mart = next(
            m for m in marts.public(manifest) if (m.schema, m.name) == live_models.MART
        )
        os.environ[DELTAS] = str(self.deltas.file)
        shutil.rmtree(self.folder / ASKED, ignore_errors=True)  # answers that a kill left half-read

    def round(self) -> None:
        """Raises ``LiveError`` if what is new may not or can't be shown; else ``is_shown`` afterwards."""
        as_of = now()
        underneath = live_file.underneath(environment.published_path())
        if self.deltas.create():
            self._take_again(underneath)
        taken = self.deltas.take(self.store, self.lane)
        if taken:
            self.say(f"{taken} events")
        landed = self._fetch()
        if underneath is None:
            raise LiveError(
                "nothing is published yet that the fast lane could stand on; events are kept."
                " Publish once: concord run"
            )
        if self._refer(underneath) or landed:
            self.is_shown, self._try_at = False, 0.0
        if not self.is_shown and self._try_at <= time.monotonic():
            self._try_at = time.monotonic() + HELD
            self._show(underneath, as_of)

    @property
    def is_behind(self) -> bool:
        """Whether orders wait that a shop may be asked for at once."""
        return bool(self._due())

    def _take_again(self, underneath: Underneath | None) -> None:
        since = (
            underneath.published_at - BEFORE_PUBLICATION
            if underneath
            else naive(datetime.fromtimestamp(0, UTC))
        )
        again = self.store.again(CONSUMER, [event.number for event in self.store.since(since)])
        if again:
            self.say(f"the lane's file is new: {again} events since {since} are taken again")
        self._settled_for = None

    def _refer(self, underneath: Underneath) -> bool:
        """Stand on a publication, if it is another than before: forget what it includes."""
        if self._settled_for == underneath.run_id:
            return False
        if live_publication.reference(self.deltas) != underneath.run_id:
            included = live_publication.prune(self.deltas, underneath.file, underneath.published_at)
            live_publication.refer(self.deltas, underneath.reference, underneath.run_id)
            self.say(
                f"stands on publication {underneath.run_id[:8]}, which includes {included} touched orders"
            )
        self._build(self.lineage.settled)
        self._settled_for = underneath.run_id
        return True

    def _due(self) -> Mapping[str, Mapping[str, bool]]:
        """Of an account that the group file no longer names, orders wait and are counted."""
        moment, asked = time.monotonic(), {account.account for account in self.group.accounts}
        asked -= {account for account, pause in self._pauses.items() if pause.until > moment}
        return {
            account: dict(list(orders.items())[:TOGETHER])
            for account, orders in self.deltas.pending().items()
            if account in asked
        }

    def _fetch(self) -> int:
        """Ask every shop for its touched orders, side by side; how many orders were answered for."""
        due, answered = self._due(), 0
        with ThreadPoolExecutor(max(len(due), 1)) as shops:
            asked = {
                account: shops.submit(
                    live_orders.ask,
                    self.group.account(account),
                    [*orders],
                    self.folder / ASKED,
                    self.workdir,
                )
                for account, orders in due.items()
            }
        for account, answer in asked.items():
            try:
                self._keep(account, due[account], answer.result())
            except LoadError as error:
                self._pause(account, error)
            else:
                self._pauses.pop(account, None)
                answered += len(due[account])
        return answered

    def _keep(self, account: str, orders: Mapping[str, bool], answer: live_orders.Answer) -> None:
        self.deltas.keep(account, orders, answer.landed, answer.heard_at)
        for order in answer.poor:
            self.say(
                f"{account}: {order} has a row that can't be landed, so it stays as published;"
                " what and why: concord dead-letters list"
            )

    def _pause(self, account: str, error: LoadError) -> None:
        before = self._pauses.get(account)
        seconds = min(2 * before.seconds, LONGEST_PAUSE) if before else FIRST_PAUSE
        self._pauses[account] = Pause(time.monotonic() + seconds, seconds)
        self.say(f"{account}: {error}. Its orders wait; it is asked again in {seconds:.0f} s")

    def _show(self, underneath: Underneath, as_of: datetime) -> None:
        self._build(self.lineage.moving)
        if found := live_checks.offences(self.deltas.file):
            raise LiveError(f"the last version stays: {'; '.join(found)}")
        live = live_file.write(self.link, self.deltas.file, underneath, self.mart, as_of)
        self.is_shown = True
        self.say(f"shown: {live} live orders, as of {as_of:%Y-%m-%d %H:%M:%S} UTC")

    def _build(self, names: tuple[str, ...]) -> None:
        target = self.folder / "dbt"
        if self._parsed is None:
            self._parsed = dbt_run.parsed(target, "--target", "live")
        results = dbt_run.run(self._parsed, names, target, "--target", "live")
        failed = [r for r in results if r.status not in {*dbt_run.GOOD, "skipped"}]
        if failed:
            said = "; ".join(f"{r.node.name}: {' '.join(r.message.split())}" for r in failed)
            raise LiveError(f"the last version stays: {said}. The SQL as it ran: {target}/compiled")
