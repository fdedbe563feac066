"""What becomes of a dead letter: open until its object lands, its stream comes whole, or a person decides."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project import raw_tables, warehouse

NIGHT = datetime(2026, 10, 14, 6)
LATER = NIGHT + timedelta(days=1)
OWN = {"account": "nordlicht-de", "_dlt_load_id": "1", "_deleted": False}


def letter(source_id: str, reason: str, at: datetime = NIGHT, **more: Any) -> raw_tables.Row:
    stamps = {
        "first_seen_at": at,
        "_received_at": at,
        "_version_at": NIGHT,
        "_version_hash": reason,
    }
    said = {"stream": "orders", "owner": "shop-team", "payload_ref": f"md5:{source_id}"}
    return {**OWN, **stamps, **said, "source_id": source_id, "reason": reason, **more}


def order(id_: str, version: datetime, received: datetime) -> raw_tables.Row:
    return {
        **OWN,
        "id": id_,
        "_version_at": version,
        "_received_at": received,
        "_version_hash": id_,
    }


def decision(source_id: str, word: str, at: datetime) -> raw_tables.Row:
    of = {"system": "shopify", "account": "nordlicht-de", "stream": "orders"}
    by = {"decision": word, "decided_by": "ada", "why": "no longer sold", "decided_at": at}
    return {**of, **by, "source_id": source_id, "payload_ref": f"md5:{source_id}"}


def whole(stream: str, status: str, at: datetime) -> raw_tables.Row:
    said = {"stream": stream, "status": status, "landed": 0, "checked_at": at}
    return {"account": "nordlicht-de", "_dlt_load_id": "1" if status == "complete" else "2", **said}


@pytest.fixture(scope="module")
def letters(built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    bad = "orders.totalPriceSet: 'much' is not decimal(38,4)"
    path = tmp_path_factory.mktemp("letters") / "warehouse.duckdb"
    account = {"system": "shopify", "account": "nordlicht-de", "legal_entity": "gmbh"}
    raw_tables.write(
        path,
        {
            ("raw_group", "accounts"): [account],
            ("raw_shopify", "_dlt_loads"): [{"load_id": n, "status": 0} for n in ("1", "2")],
            ("raw_shopify", "dead_letters"): [
                *(letter("refused", bad, at) for at in (NIGHT, LATER)),
                letter("corrected", bad),
                letter("older", bad),
                letter("again", bad),
                letter("again", bad, LATER + timedelta(hours=1)),
                letter("another table", "customers.numberOfOrders: 'x' is not bigint"),
                *(letter("discarded", bad, at) for at in (NIGHT, LATER)),
                letter("replayed", bad),
                letter("replayed, refused", bad),
                letter("replayed, refused", bad, LATER),
                letter("stream:orders", "HTTP 500", payload_ref="orders"),
                letter("stream:products", "HTTP 500", stream="products", payload_ref="products"),
                letter("stream:*", "refused", stream="*", payload_ref="*"),
            ],
            ("raw_shopify", "orders"): [
                order("corrected", LATER, LATER),
                order("older", NIGHT - timedelta(days=1), LATER),
                order("again", LATER, LATER),
                order("another table", LATER, LATER),
            ],
            ("raw_shopify", "load_completeness"): [
                whole("orders", "failed", NIGHT),
                whole("orders", "complete", LATER),
                whole("products", "failed", LATER),
            ],
            ("raw_group", "dead_letter_decisions"): [
                decision("discarded", "discarded", NIGHT + timedelta(hours=1)),
                decision("replayed", "replayed", LATER),
                decision("replayed, refused", "replayed", NIGHT + timedelta(hours=1)),
            ],
        },
    )
    warehouse.build(path, "--select", "+dead_letters")
    found = warehouse.rows(path, "select * from marts.dead_letters")
    return {row["source_id"]: row for row in found}


@pytest.mark.parametrize(
    ("source_id", "status"),
    [
        ("refused", "open"),
        ("corrected", "healed"),
        ("older", "open"),
        ("again", "open"),
        ("another table", "open"),
        ("discarded", "discarded"),
        ("replayed", "replayed"),
        ("replayed, refused", "open"),
        ("stream:orders", "healed"),
        ("stream:products", "open"),
        ("stream:*", "healed"),
    ],
)
def test_a_letters_status(letters: dict[str, dict[str, Any]], source_id: str, status: str) -> None:
    found = letters[source_id]
    assert found["status"] == status
    assert (found["resolved_at"] is None) == (status == "open")


def test_a_letter_says_who_settled_it_and_when(letters: dict[str, dict[str, Any]]) -> None:
    said = ("resolved_at", "resolved_by", "resolution")
    assert [letters["discarded"][name] for name in said] == [
        NIGHT + timedelta(hours=1),
        "ada",
        "no longer sold",
    ]
    assert [letters["corrected"][name] for name in said] == [
        LATER,
        "load",
        "a later version of the object landed",
    ]


def test_a_letter_knows_its_first_and_its_last_sight(letters: dict[str, dict[str, Any]]) -> None:
    assert [letters["refused"][name] for name in ("first_seen_at", "last_seen_at")] == [
        NIGHT,
        LATER,
    ]
