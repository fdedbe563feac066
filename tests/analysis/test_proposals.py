"""Proposals: what the rules leave open is scored, nothing is merged, a pair's weight adds up."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from analysis import proposals
from analysis.identity_history import REFUSED_PAIRS
from analysis.proposals_model import COMPARISONS

NOW, LATER = datetime(2026, 10, 15), datetime(2026, 10, 16)
HOME = {"address": "Hauptstraße 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}
AWAY = {"address": "Elm St 5", "postal_code": "90210", "city": "Beverly Hills", "country": "US"}


def person(key: str, first: str, last: str, **more: Any) -> dict[str, Any]:
    named = {"system": "shopify", "account": "de", "source_id": key, "customer_key": f"ck_{key}"}
    return named | {"first_name": first, "last_name": last} | more


def profiles(*people: dict[str, Any]) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in proposals.PROFILES])
    return pa.Table.from_pylist(list(people), schema=schema)


def pairs(table: pa.Table) -> dict[frozenset[str], dict[str, Any]]:
    return {frozenset((r["source_id"], r["linked_source_id"])): r for r in table.to_pylist()}


PEOPLE = (
    person(
        "anna", "Anna", "Müller", email="anna.mueller@web.example", phone="+49 160 1234567", **HOME
    ),
    # The same person by another address, without a phone.
    person("anna2", "Anna", "Mueller", email="anna.mueller@work.example", **HOME),
    # A guest with her phone and no e-mail; her husband, who shares it.
    person("guest", "Anna", "Müller", phone="0160 1234567"),
    person("hans", "Hans", "Müller", email="hans@web.example", phone="+491601234567", **HOME),
    # A namesake further down the street.
    person(
        "neighbour",
        "Anna",
        "Müller",
        email="am.berlin@web.example",
        **HOME | {"address": "Hauptstr. 47"},
    ),
    # Whoever has the number now, elsewhere, and a namesake far away.
    person("recycled", "Zoe", "Smith", phone="0049 160 1234567", **AWAY),
    person("namesake", "Anna", "Müller", email="am@mail.example", **AWAY),
    *(person(f"office{n}", f"First{n}", f"Last{n}", phone="+49 30 555000") for n in range(20)),
    person("nameless", "", "", email=""),
)


# The rules found two candidates for the guest's number, and a vendor's word against everything.
REFUSED = (
    ("guest", "anna", "phone", "several_candidates"),
    ("guest", "recycled", "phone", "several_candidates"),
    ("guest", "hans", "phone", "several_candidates"),
    ("nameless", "namesake", "vendor_link", "another_person"),
)


def refused(*pairs: tuple[str, str, str, str]) -> pa.Table:
    of = {"system": "shopify", "account": "de", "linked_system": "shopify", "linked_account": "de"}
    names = ("source_id", "linked_source_id", "rule", "refusal")
    rows = [of | dict(zip(names, pair, strict=True)) for pair in pairs]
    return pa.Table.from_pylist(rows, schema=REFUSED_PAIRS)


@pytest.fixture(scope="module")
def scored() -> pa.Table:
    return proposals.score(profiles(*PEOPLE), refused(*REFUSED))


def test_the_same_person_by_another_address_is_proposed(scored: pa.Table) -> None:
    pair = pairs(scored)[frozenset({"anna", "anna2"})]
    assert pair["match_probability"] > Decimal("0.99")
    assert "email: the same before the @" in pair["evidence"]


def test_a_refused_pair_is_shown_with_how_little_speaks_for_it(scored: pa.Table) -> None:
    found = pairs(scored)
    why = {pair: row["refusal"] for pair, row in found.items() if row["refusal"]}
    assert why == {frozenset(pair[:2]): pair[3] for pair in REFUSED}
    assert found[frozenset({"nameless", "namesake"})]["match_weight"] < 0
    assert found[frozenset({"anna", "guest"})]["match_probability"] > Decimal("0.9")
    assert found[frozenset({"guest", "recycled"})]["match_probability"] < Decimal("0.05")


def test_the_husband_weighs_less_than_the_wife(scored: pa.Table) -> None:
    found = pairs(scored)
    couple, same = found[frozenset({"anna", "hans"})], found[frozenset({"anna", "guest"})]
    assert couple["first_name_weight"] < 0 < same["first_name_weight"]


def test_a_name_alone_and_a_shared_office_propose_nobody(scored: pa.Table) -> None:
    named = {source for pair in pairs(scored) for source in pair}
    assert not any(source.startswith("office") for source in named)
    assert frozenset({"anna", "namesake"}) not in pairs(scored)


def test_a_namesake_in_the_same_street_is_somebody_else(scored: pa.Table) -> None:
    assert not any("neighbour" in pair for pair in pairs(scored))


def test_a_waterfall_adds_up(scored: pa.Table) -> None:
    for row in scored.to_pylist():
        parts = (row[f"{name}_weight"] for name in COMPARISONS)
        assert row["prior_weight"] + sum(parts) == row["match_weight"]
        assert abs(row["prior_weight"] - Decimal("-13.2876")) < Decimal("0.001")


@pytest.mark.parametrize("order", [reversed, lambda people: sorted(people, key=str)])
def test_order_changes_nothing(scored: pa.Table, order: Callable) -> None:
    shuffled = refused(*order(REFUSED))
    assert proposals.score(profiles(*order(PEOPLE)), shuffled).equals(scored)


def test_records_of_one_customer_are_not_proposed() -> None:
    one = [p | {"customer_key": "ck_anna"} for p in PEOPLE[:2]]
    assert proposals.score(profiles(*one)).num_rows == 0
    assert proposals.score(profiles()).num_rows == 0


def test_the_log_gets_only_what_changed(scored: pa.Table) -> None:
    log = proposals.changes(scored, proposals.PROPOSALS.empty_table(), NOW)
    assert log.num_rows == scored.num_rows
    assert proposals.changes(scored, log, LATER).num_rows == 0
    closed = proposals.changes(scored.slice(1), log, NOW).to_pylist()
    assert [row["proposal_id"] for row in closed] == [scored["proposal_id"][0].as_py()]
    assert (closed[0]["is_open"], closed[0]["recorded_at"] > NOW) == (False, True)
    again = pa.concat_tables([log, pa.Table.from_pylist(closed, schema=proposals.PROPOSALS)])
    (opened,) = proposals.changes(scored, again, LATER).to_pylist()
    assert (opened["is_open"], opened["recorded_at"]) == (True, LATER)
