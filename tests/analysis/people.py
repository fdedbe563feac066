"""Records of named people as identity sees them, and a memory that is resolved night after night."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from analysis import identity

MONDAY = datetime(2026, 10, 12, 6)
HASH_KEY = "a key for tests"


@dataclass(frozen=True)
class Record:
    source_id: str
    email: str | None = None
    account: str = "nordlicht-de"
    kind: str = "customer"
    seen: datetime = datetime(2026, 9, 1)
    is_role: bool = False
    is_b2b: bool | None = None
    system: str = "shopify"
    full_name: str | None = None
    phone: str | None = None
    country: str | None = "DE"
    is_disposable: bool = False
    gone: datetime | None = None

    @property
    def name(self) -> tuple[str, str]:
        return self.account, self.source_id


def guest(order: str, email: str | None = None, **more: Any) -> Record:
    return Record(f"order:{order}", email, kind="checkout", **more)


def contact(number: str, email: str | None = None, **more: Any) -> Record:
    given: dict[str, Any] = {"account": "crm", "kind": "contact", "system": "hubspot"} | more
    return Record(number, email, **given)


def payer(number: str, email: str | None = None, **more: Any) -> Record:
    return Record(number, email, "payments-gmbh", "psp_customer", system="stripe", **more)


@dataclass(frozen=True)
class Link:
    """A vendor's word: ``source`` is ``target``, or was merged into it."""

    source: Record
    target: Record
    rule: str = "vendor_link"
    since: datetime = datetime(2026, 9, 10)
    refusal: str | None = None


def merged(source: Record, target: Record, **more: Any) -> Link:
    return Link(source, target, "vendor_merge", **more)


def links(found: Iterable[Link]) -> pa.Table:
    rows = [
        {
            "system": link.source.system,
            "account": link.source.account,
            "source_id": link.source.source_id,
            "linked_system": link.target.system,
            "linked_account": link.target.account,
            "linked_source_id": link.target.source_id,
            "rule": link.rule,
            "evidence": f"{link.target.account}:{link.target.source_id}",
            "valid_from": link.since,
            "refusal": link.refusal,
        }
        for link in found
    ]
    return pa.Table.from_pylist(rows, schema=identity.LINKS)


def emails(found: Iterable[tuple[Record, str]]) -> pa.Table:
    """Further addresses of records."""
    rows = [
        {
            "system": record.system,
            "account": record.account,
            "source_id": record.source_id,
            "email_normalized": address,
            "is_role_address": False,
            "is_disposable_address": False,
        }
        for record, address in found
    ]
    return pa.Table.from_pylist(rows, schema=identity.EMAILS)


def nodes(records: Iterable[Record]) -> pa.Table:
    rows = [
        {
            "system": record.system,
            "account": record.account,
            "source_id": record.source_id,
            "node_kind": record.kind,
            "email_normalized": record.email,
            "is_role_address": record.is_role,
            "is_disposable_address": record.is_disposable,
            "full_name": record.full_name,
            "is_b2b": record.is_b2b,
            "first_seen_at": record.seen,
            "gone_at": record.gone,
        }
        for record in records
    ]
    return pa.Table.from_pylist(rows, schema=identity.NODES)


def phones(records: Iterable[Record]) -> pa.Table:
    rows = [
        {
            "system": record.system,
            "account": record.account,
            "source_id": record.source_id,
            "phone": record.phone,
            "country": record.country,
        }
        for record in records
        if record.phone
    ]
    return pa.Table.from_pylist(rows, schema=identity.PHONES)


@dataclass(frozen=True)
class Decision:
    """A steward's word; of two that may not be one, ``record`` is the one that leaves."""

    decision: str
    record: Record
    other: Record
    at: datetime = MONDAY


def decisions(found: Iterable[Decision]) -> pa.Table:
    rows = [
        {
            "decision": one.decision,
            "system": one.record.system,
            "account": one.record.account,
            "source_id": one.record.source_id,
            "linked_system": one.other.system,
            "linked_account": one.other.account,
            "linked_source_id": one.other.source_id,
            "decided_by": "ines",
            "decided_at": one.at,
        }
        for one in found
    ]
    return pa.Table.from_pylist(rows, schema=identity.DECISIONS)


LIMITS = pa.Table.from_pylist(
    [
        {"identifier": "email", "system": "all", "max_records_count": 20},
        {"identifier": "phone", "system": "all", "max_records_count": 5},
    ],
    schema=identity.LIMITS,
)


@dataclass
class Memory:
    """What `raw_identity` holds: each night appends to it."""

    history: identity.History = field(default_factory=identity.History)
    as_of: datetime = MONDAY

    def night(
        self,
        records: Iterable[Record],
        said: Iterable[Link] = (),
        more: Iterable[tuple[Record, str]] = (),
        decided: Iterable[Decision] = (),
    ) -> identity.Resolution:
        """Resolve; ``said`` are the vendors' links, ``more`` further addresses of records."""
        records = list(records)
        found = identity.resolve(
            identity.Records(
                nodes(records),
                emails(more),
                links(said),
                phones(records),
                decisions(decided),
                LIMITS,
            ),
            self.history,
            as_of=self.as_of,
            hash_key=HASH_KEY,
        )
        self.history = replace(
            self.history,
            **{
                log: pa.concat_tables([getattr(self.history, log), getattr(found, log)])
                for log in identity.LOGS
            },
        )
        self.as_of += timedelta(days=1)
        return found

    def assigned(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Each record's newest row, as the warehouse's view of it takes it."""
        rows = sorted(self.history.assignments.to_pylist(), key=lambda row: row["recorded_at"])
        return {(row["account"], row["source_id"]): row for row in rows}

    def keys(self) -> dict[tuple[str, str], str]:
        """Of the records that are there."""
        return {
            name: row["customer_key"]
            for name, row in self.assigned().items()
            if row["rule"] != "gone"
        }

    def key(self, record: Record) -> str:
        return self.keys()[record.name]

    def redirects(self) -> dict[str, str]:
        """Each dead key's living one, as the mart has it."""
        rows = sorted(self.history.redirects.to_pylist(), key=lambda row: row["redirected_at"])
        newest = {row["from_customer_key"]: row["to_customer_key"] for row in rows}
        return {old: new for old, new in newest.items() if old != new}

    def dead(self) -> set[str]:
        return set(self.redirects())

    def groups(self) -> set[frozenset[tuple[str, str]]]:
        found: dict[str, set[tuple[str, str]]] = {}
        for name, key in self.keys().items():
            found.setdefault(key, set()).add(name)
        return {frozenset(group) for group in found.values()}


def is_silent(found: identity.Resolution) -> bool:
    """Nothing new to append."""
    return not any(getattr(found, log).num_rows for log in identity.LOGS)
