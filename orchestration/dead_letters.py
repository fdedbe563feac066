"""Dead letters as they stand, and what a person makes of them: replayed or discarded.

Their status is the view that dbt keeps over raw, so it is the one that BI will see, as of now.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Literal, TypeVar

import duckdb

from ingestion import decisions, replay
from ingestion.decisions import Decision
from ingestion.errors import LoadError
from ingestion.failures import STREAM
from ingestion.group import Account, Group
from ingestion.replay import Letter
from orchestration.turns import take_turn

T = TypeVar("T")
SCHEMA, VIEW = "intermediate", "int_dead_letters__resolved"
ID_LENGTH = 12
TURN = "decide_on_dead_letters"


@dataclass(frozen=True)
class Known:
    """A dead letter with what became of it. ``id``: of its payload, so several letters may share one."""

    system: str
    account: str
    letter: Letter
    owner: str
    amount: Decimal | None
    currency: str | None
    last_seen_at: datetime
    status: str

    @property
    def id(self) -> str:
        ref = self.letter.payload_ref
        digest = ref.removeprefix(replay.PAYLOAD)
        if not self.letter.has_payload:
            digest = hashlib.md5(ref.encode(), usedforsecurity=False).hexdigest()
        return digest[:ID_LENGTH]

    @property
    def is_stream(self) -> bool:
        return self.letter.source_id.startswith(STREAM)


def read(
    warehouse: Path,
    system: str | None = None,
    account: str | None = None,
    status: str | None = None,
) -> list[Known]:
    """The letters asked for, last seen first. Needs that nobody writes the warehouse meanwhile."""
    wanted = {"system": system, "account": account, "status": status}
    given = {name: value for name, value in wanted.items() if value is not None}
    where = " and ".join(["true", *(f"{name} = ${name}" for name in given)])
    with _opened(warehouse) as con:
        there = con.execute(
            "select 1 from duckdb_views() where schema_name = ? and view_name = ?", [SCHEMA, VIEW]
        ).fetchone()
        if there is None:
            raise ValueError(f"{warehouse} has no models yet; build them first: concord run")
        found = con.execute(
            "select system, account, stream, source_id, reason, payload_ref, owner, amount, currency,"
            f" last_seen_at, status from {SCHEMA}.{VIEW} where {where}"
            " order by last_seen_at desc, system, account, stream, source_id, reason",
            given,
        ).fetchall()
    return [Known(row[0], row[1], Letter(*row[2:6]), *row[6:]) for row in found]


def chosen(known: Sequence[Known], ids: Sequence[str]) -> list[Known]:
    """The letters with these ids, or beginnings of ids. Raises ``ValueError`` unless each means one payload."""
    found: list[Known] = []
    for wanted in ids:
        mine = [one for one in known if one.id.startswith(wanted.lower())]
        places = {(one.id, one.system, one.account) for one in mine}
        if not places:
            raise ValueError(
                f"no dead letter {wanted!r}; see those there are: concord dead-letters list"
            )
        if len(places) > 1:
            said = ", ".join(f"{id_} of {account}" for id_, _, account in sorted(places))
            raise ValueError(
                f"{wanted!r} is {said}; give more of its id, or --account with a single one"
            )
        found += [one for one in mine if one not in found]
    return found


def try_again(
    letters: Sequence[Known],
    group: Group,
    workdir: Path,
    warehouse: Path,
    by: str,
    load: Callable[[Account], str],
) -> dict[Known, str]:
    """Replay letters; gives back why some did not land. ``load`` loads an account: '' or what went wrong."""
    refused: dict[Known, str] = {}
    for account, mine in list(_by_account(letters, group)):
        streams = [one for one in mine if one.is_stream]
        payloads = {one.letter: one for one in mine if one.letter.has_payload}
        objects = {
            one.letter: one for one in mine if one not in streams and one.letter not in payloads
        }
        failed = _ask(account, list(objects), workdir, warehouse)
        failed |= _land(account, list(payloads), workdir, warehouse)
        again = {(objects | payloads)[letter]: why for letter, why in failed.items()}
        if streams and (said := load(account)):
            again |= dict.fromkeys(streams, said)
        landed = [one for one in mine if one not in again]
        decide(landed, "replayed", by, "landed again", workdir, warehouse)
        refused |= again
    return refused


def _ask(
    account: Account, letters: Sequence[Letter], workdir: Path, warehouse: Path
) -> dict[Letter, str]:
    if not letters:
        return {}
    try:
        refused = replay.ask_objects(account, letters, workdir, warehouse)
    except LoadError as error:
        return dict.fromkeys(letters, str(error))
    _in_turn(lambda: replay.write_objects(account, workdir, warehouse))
    return dict(refused)


def _land(
    account: Account, letters: Sequence[Letter], workdir: Path, warehouse: Path
) -> dict[Letter, str]:
    if not letters:
        return {}
    return dict(_in_turn(lambda: replay.land_payloads(account, letters, workdir, warehouse)))


def decide(
    letters: Sequence[Known],
    word: Literal["replayed", "discarded"],
    by: str,
    why: str,
    workdir: Path,
    warehouse: Path,
) -> None:
    """Write down a decision on each letter, once nobody else has the warehouse."""
    if "@" in by + why:
        raise ValueError("BI reads who decided and why: give a name or a team, no e-mail address")
    now = datetime.now(UTC).replace(tzinfo=None)
    taken = [
        Decision(
            *(one.system, one.account, one.letter.stream, one.letter.source_id),
            *(one.letter.payload_ref, word, by, why, now),
        )
        for one in letters
    ]
    if taken:
        _in_turn(lambda: decisions.keep(taken, workdir.resolve(), warehouse.resolve()))


def _by_account(letters: Sequence[Known], group: Group) -> Iterator[tuple[Account, list[Known]]]:
    accounts = {(account.system, account.account): account for account in group.accounts}
    for place, mine in groupby(
        sorted(letters, key=lambda one: (one.system, one.account)),
        key=lambda one: (one.system, one.account),
    ):
        if place not in accounts:
            raise ValueError(
                f"the group file has no {place[0]} account {place[1]} any more, so its letters can't be"
                " replayed: discard them"
            )
        yield accounts[place], list(mine)


def _opened(warehouse: Path) -> duckdb.DuckDBPyConnection:
    if not warehouse.exists():
        raise FileNotFoundError(f"{warehouse}: no warehouse yet; fill it first: concord run")
    try:
        return duckdb.connect(str(warehouse), read_only=True)
    except duckdb.IOException:
        raise ValueError(f"{warehouse} is being written just now; ask again in a moment") from None


def _in_turn(work: Callable[[], T]) -> T:
    return take_turn(TURN, work)
