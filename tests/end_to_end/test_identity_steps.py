"""Real worlds' records resolved again, shuffled, grown, and with what a steward accepts: keys and pairs.

The worlds stand in the raw tables without HTTP; ``test_identity`` has what the rules alone find in them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from analysis import identity, proposals, refused_pairs
from sandbox.world import build
from tests.dbt_project import warehouse as dbt
from tests.end_to_end.resolved_group import UNTESTED, Group

pytestmark = pytest.mark.soak

SEEDS, DAYS, ORDERS = (7, 11, 3), 400, 500
FIRST = datetime(2026, 11, 1)
HASH_KEY = "a key for tests"
RECORD = ("system", "account", "source_id")
Record = tuple[str, str, str]


@dataclass(frozen=True)
class People:
    """What identity and proposals are given, and each record's true person."""

    records: identity.Records
    contacts: pa.Table
    persons: Mapping[Record, str]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, People]]:
    folder = tmp_path_factory.mktemp("steps")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_HASH_KEY", HASH_KEY)
        yield {
            seed: _read(Group(folder / str(seed), build(seed, DAYS, ORDERS)).resolve())
            for seed in SEEDS
        }


def _read(group: Group) -> People:
    dbt.build(group.warehouse, "--select", "+customer_contacts", *UNTESTED)
    names = ("nodes", "emails", "phones", "links")
    tables = {name: f"int_identity_{name}__unioned" for name in names}
    tables |= {name: f"identity_{name}" for name in ("decisions", "limits")}
    with group.beside_the_answers() as con:
        given = {
            name: con.sql(f"from p.intermediate.{table}").to_arrow_table()
            for name, table in tables.items()
        }
        contacts = con.sql("from p.marts_pii.customer_contacts").to_arrow_table()
        told = con.execute("select system, account, source_id, person_id from person_records")
        persons = {(row[0], row[1], row[2]): row[3] for row in told.fetchall()}
    return People(identity.Records(**given), contacts, persons)


@dataclass
class Nights:
    """Resolved night after night; ``keys`` is each record's now."""

    history: identity.History
    keys: dict[Record, str]
    at: datetime = FIRST

    def night(self, records: identity.Records) -> identity.Resolution:
        found = identity.resolve(records, self.history, as_of=self.at, hash_key=HASH_KEY)
        logs = {
            log: pa.concat_tables([getattr(self.history, log), getattr(found, log)])
            for log in identity.LOGS
        }
        self.history = identity.History(**logs)
        self.keys |= {record(row): row["customer_key"] for row in found.assignments.to_pylist()}
        self.at += timedelta(days=1)
        return found

    def redirects(self) -> dict[str, str]:
        rows = self.history.redirects.sort_by("redirected_at").to_pylist()
        return {row["from_customer_key"]: row["to_customer_key"] for row in rows}


def record(row: Mapping[str, Any], prefix: str = "") -> Record:
    system, account, source_id = (row[f"{prefix}{name}"] for name in RECORD)
    return system, account, source_id


@pytest.mark.parametrize("seed", SEEDS)
def test_five_reruns_append_nothing(worlds: dict[int, People], seed: int) -> None:
    nights = Nights(identity.History(), {})
    nights.night(worlds[seed].records)
    for _ in range(5):
        found = nights.night(worlds[seed].records)
        assert {log: getattr(found, log).num_rows for log in identity.LOGS} == dict.fromkeys(
            identity.LOGS, 0
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_five_shuffles_give_the_same_keys(worlds: dict[int, People], seed: int) -> None:
    given = worlds[seed].records
    told = Nights(identity.History(), {})
    told.night(given)
    for number in range(5):
        draw = np.random.default_rng(number)
        shuffled = Nights(identity.History(), {})
        names = ("nodes", "emails", "phones", "links")
        shuffled.night(replace(given, **{name: _shuffled(given, name, draw) for name in names}))
        assert shuffled.keys == told.keys


def _shuffled(given: identity.Records, name: str, draw: np.random.Generator) -> pa.Table:
    table = getattr(given, name)
    return table.take(pa.array(draw.permutation(table.num_rows)))


@pytest.mark.parametrize("seed", SEEDS)
def test_while_records_grow_by_a_tenth_a_night_a_key_moves_only_along_a_recorded_merge(
    worlds: dict[int, People], seed: int
) -> None:
    given = worlds[seed].records
    by_age = given.nodes.sort_by([("first_seen_at", "ascending"), ("source_id", "ascending")])
    nights, known = Nights(identity.History(), {}), by_age.num_rows // 2
    nights.night(replace(given, nodes=by_age.slice(0, known)))
    moved = 0
    while known < by_age.num_rows:
        before = dict(nights.keys)
        known = min(by_age.num_rows, known + known // 10)
        nights.night(replace(given, nodes=by_age.slice(0, known)))
        changed = {key: nights.keys[who] for who, key in before.items() if nights.keys[who] != key}
        redirects = nights.redirects()
        assert changed == {key: redirects.get(key) for key in changed}
        moved += len(changed)
    print(f"seed {seed}: {moved} keys merged while {by_age.num_rows:,} records came")


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_steward_accepts_of_the_proposals_lifts_recall_and_joins_nobody_else(
    worlds: dict[int, People], seed: int
) -> None:
    people = worlds[seed]
    nights = Nights(identity.History(), {})
    nights.night(people.records)
    proposed = _proposed(people, nights)
    right = [row for row in proposed if _is_one(row, people)]
    refused = {row["proposal_id"] for row in proposed if row["refusal"]}
    by_rules = _pairs(nights.keys, people.persons)
    nights.night(replace(people.records, decisions=_accepted(right, nights.at)))
    reviewed = _pairs(nights.keys, people.persons)
    print(
        f"seed {seed}: {len(proposed)} proposals, precision {len(right) / len(proposed):.3f},"
        f" {len(refused)} of them refused by a rule\n"
        f"  by rules: {_said(*by_rules)}\n  with accepted proposals: {_said(*reviewed)}"
    )
    assert len(right) >= 0.5 * len(proposed)
    assert reviewed[0] - reviewed[1] == by_rules[0] - by_rules[1] == 0  # pairs of two persons
    assert reviewed[1] / reviewed[2] > max(0.93, by_rules[1] / by_rules[2])


@pytest.mark.parametrize("seed", SEEDS)
def test_every_pair_that_a_rule_refused_is_proposed(worlds: dict[int, People], seed: int) -> None:
    nights = Nights(identity.History(), {})
    nights.night(worlds[seed].records)
    keys = nights.keys
    refused = refused_pairs.still_refused(nights.history.refused_pairs).to_pylist()
    assert {row["rule"] for row in refused} >= {"phone"}
    asked = {_customers(row, keys) for row in refused}
    shown = {_customers(row, keys) for row in _proposed(worlds[seed], nights) if row["refusal"]}
    assert shown == asked


def _proposed(people: People, nights: Nights) -> list[dict[str, Any]]:
    keys = [nights.keys.get(record(row)) for row in people.contacts.select(RECORD).to_pylist()]
    place = people.contacts.column_names.index("customer_key")
    contacts = people.contacts.set_column(place, "customer_key", pa.array(keys, pa.string()))
    refused = refused_pairs.still_refused(nights.history.refused_pairs)
    return proposals.score(contacts, refused).to_pylist()


def _customers(row: Mapping[str, Any], keys: Mapping[Record, str]) -> frozenset[str]:
    return frozenset({keys[record(row)], keys[record(row, "linked_")]})


def _is_one(row: Mapping[str, Any], people: People) -> bool:
    """The steward's part: what the answer key says of the two."""
    return people.persons[record(row)] == people.persons[record(row, "linked_")]


def _accepted(rows: Iterable[Mapping[str, Any]], at: datetime) -> pa.Table:
    names = identity.DECISIONS.names
    said = {"decision": "link", "decided_by": "ines", "decided_at": at}
    taken = [{name: row.get(name) for name in names} | said for row in rows]
    return pa.Table.from_pylist(taken, schema=identity.DECISIONS)


def _pairs(keys: Mapping[Record, str], persons: Mapping[Record, str]) -> tuple[int, int, int]:
    """Pairs of records that are joined, that are joined rightly, and that are of one person."""
    known = [(keys[who], persons[who]) for who in keys if who in persons]
    counts = (Counter(key for key, _ in known), Counter(known), Counter(who for _, who in known))
    found, right, true = (sum(n * (n - 1) // 2 for n in each.values()) for each in counts)
    return found, right, true


def _said(found: int, right: int, true: int) -> str:
    return (
        f"{found} pairs, precision {right / found:.6f}, recall {right / true:.4f},"
        f" F1 {2 * right / (found + true):.4f}"
    )
