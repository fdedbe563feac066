"""An event of a vendor's: as it arrived, and as it is stored. Moments are UTC without a zone."""

from dataclasses import dataclass
from datetime import datetime

COLUMNS = "system, account, event_id, topic, occurred_at, received_at, body, subject"


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One event as it came. ``subject``: the vendor's id of the object it is about, where it names one."""

    system: str
    account: str
    event_id: str
    topic: str
    occurred_at: datetime | None
    received_at: datetime
    body: bytes
    subject: str | None = None


@dataclass(frozen=True, kw_only=True)
class Stored(Arrived):
    """An event in the store; ``number`` rises in the order of arrival."""

    number: int


def stored(row: tuple) -> Stored:
    """A row of ``number`` and COLUMNS, as SQLite gives it."""
    number, system, account, event_id, topic, occurred_at, received_at, body, subject = row
    return Stored(
        number=number,
        system=system,
        account=account,
        event_id=event_id,
        topic=topic,
        occurred_at=moment(occurred_at),
        received_at=datetime.fromisoformat(received_at),
        body=body,
        subject=subject,
    )


def said(at: datetime) -> str:
    """A moment as text that sorts as moments do."""
    return at.isoformat(sep=" ", timespec="microseconds")


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
