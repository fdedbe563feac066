"""What a source is given to work with, and where it says how far it got."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingestion.errors import IncompleteLoad
from ingestion.group import Account
from ingestion.http import Patience
from ingestion.landing import Landing


@dataclass(frozen=True)
class Completeness:
    """What the vendor promised of one stream and window, and what arrived. None: it gives no count."""

    stream: str
    window_start: datetime | None
    window_end: datetime
    expected: int | None
    landed: int
    mode: str  # how it was asked: bulk, pages, object, file


@dataclass
class Request:
    """One account's load while it runs. ``cursors`` outlives it only if nothing raised."""

    account: Account
    folder: Path
    cursors: MutableMapping[str, str]
    patience: Patience = field(default_factory=Patience)
    completeness: list[Completeness] = field(default_factory=list)
    requests: int = 0
    vendor_date: datetime | None = None
    needless_scopes: tuple[str, ...] = ()  # what the secret may and no source needs
    # The streams to read, where a source can read some of its streams alone; None: all of them.
    streams: frozenset[str] | None = None
    # From and before which to read, by when objects were created, whatever the cursors say.
    window: tuple[datetime, datetime] | None = None

    def since(self, stream: str, overlap: timedelta) -> datetime | None:
        """From when to ask: the cursor, and a little before it, because vendors index and publish late.

        ``overlap`` is the source's own measure; the account's wins.
        """
        reached = self.cursors.get(stream)
        return datetime.fromisoformat(reached) - self.overlap(stream, overlap) if reached else None

    def overlap(self, stream: str, overlap: timedelta) -> timedelta:
        return self.account.overlaps.get(stream, overlap)

    def prove(
        self, landing: Landing, promised: int, since: datetime | None, until: datetime
    ) -> None:
        """Put on record that what was promised of a window came, page by page; raise if it didn't."""
        if landing.landed < promised:
            raise IncompleteLoad(
                f"{landing.where}: {landing.landed} came of {promised} promised; nothing was kept,"
                " load again",
                stream=landing.stream,
                expected=promised,
                landed=landing.landed,
            )
        self.completeness.append(
            Completeness(landing.stream, since, until, promised, landing.landed, "pages")
        )

    def advance(self, stream: str, reached: datetime | None, until: datetime) -> None:
        """Move the cursor to what was seen, never past the window asked for, never back."""
        if reached is None:
            return
        reached = min(reached, until)
        before = self.cursors.get(stream)
        if before is None or datetime.fromisoformat(before) < reached:
            self.cursors[stream] = reached.isoformat()


def now() -> datetime:
    """The present moment as the warehouse stores it: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
