"""Landing: a value is what the vendor wrote, exactly, or its row is a dead letter."""

import itertools
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion import spool
from ingestion.errors import IncompleteLoad, MissingSecret
from ingestion.group import Account
from ingestion.landing import Landing
from ingestion.tables import Table, columns
from ingestion.types import (
    Type,
    bigint,
    boolean,
    date,
    epoch,
    json,
    money,
    rate,
    text,
    timestamp,
)
from tests.ingestion.conftest import account_of

RECEIVED = datetime.fromisoformat("2026-10-15T06:00:01.123456")
folders = itertools.count()


@pytest.fixture(scope="module")
def spools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spools")


def account() -> Account:
    return account_of("http://127.0.0.1:1")


def landed(
    spools: Path, tables: tuple[Table, ...], *objects: dict | bytes
) -> dict[str, list[dict]]:
    landing = Landing(account(), "things", tables, RECEIVED, spools / str(next(folders)))
    for each in objects:
        landing.add(each if isinstance(each, bytes) else orjson.dumps(each))
    rows: dict[str, list[dict]] = {}
    for name, arrow in landing.tables():
        rows.setdefault(name, []).extend(arrow.to_pylist())
    return rows


def one_column(spools: Path, type_: Type, *values: Any) -> tuple[list[Any], list[str]]:
    """Land rows of one column; gives the values that came through, and the reasons of those that didn't."""
    table = Table("things", columns={"id": text, "x": type_})
    rows = landed(spools, (table,), *({"id": str(n), "x": v} for n, v in enumerate(values)))
    good = sorted(rows.get("things", ()), key=lambda row: int(row["id"]))
    bad = sorted(rows.get("dead_letters", ()), key=lambda row: int(row["source_id"]))
    return [row["x"] for row in good], [row["reason"] for row in bad]


@settings(max_examples=30, deadline=None)
@given(
    amounts=st.lists(
        st.decimals(
            min_value=Decimal("-9e30"), max_value=Decimal("9e30"), allow_nan=False, places=4
        ),
        min_size=1,
        max_size=40,
    )
)
def test_every_amount_of_four_places_arrives_to_the_last_digit(
    spools: Path, amounts: list[Decimal]
):
    values, reasons = one_column(spools, money, *(f"{amount:f}" for amount in amounts))
    assert (values, reasons) == (amounts, [])


@settings(max_examples=30, deadline=None)
@given(written=st.lists(st.text(alphabet="0123456789.-eE+ _abN,", max_size=9), max_size=40))
def test_a_text_is_an_exact_amount_or_a_dead_letter_never_rounded(spools: Path, written: list[str]):
    values, reasons = one_column(spools, money, *written)
    assert len(values) + len(reasons) == len(written)
    for value in values:
        assert any(_same(value, each) for each in written)


def _same(value: Decimal, written: str) -> bool:
    try:
        return Decimal(written) == value
    except ArithmeticError:
        return False


def test_amounts_that_are_not_exact_at_four_places_are_refused(spools: Path):
    values, reasons = one_column(
        spools, money, "1.2345", "1.23450000", "1.23456", "1e-5", "NaN", "", " 1", "1_000", "1,5"
    )
    assert values == [Decimal("1.2345"), Decimal("1.2345")]
    assert len(reasons) == 7
    assert reasons[0] == "things.x: '1.23456' is not decimal(38,4)"


def test_a_bare_json_number_is_an_amount_only_where_a_double_holds_it(spools: Path):
    values, reasons = one_column(spools, money, 19.99, -0.1, 1980, 123456789012.3456)
    assert values == [Decimal("19.9900"), Decimal("-0.1000"), Decimal("1980.0000")]
    assert len(reasons) == 1


@settings(max_examples=25, deadline=None)
@given(
    moments=st.lists(
        st.tuples(
            st.datetimes(
                datetime.fromisoformat("1971-01-01"), datetime.fromisoformat("2200-01-01")
            ),
            st.sampled_from(["Z", *range(-12, 15)]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_a_time_of_any_offset_is_stored_in_utc(spools: Path, moments: list[tuple[datetime, Any]]):
    texts, expected = [], []
    for moment, offset in moments:
        zone = UTC if offset == "Z" else timezone(timedelta(hours=offset))
        stamp = moment.replace(tzinfo=zone)
        texts.append(
            stamp.isoformat().replace("+00:00", "Z") if offset == "Z" else stamp.isoformat()
        )
        expected.append(stamp.astimezone(UTC).replace(tzinfo=None))
    assert one_column(spools, timestamp, *texts) == (expected, [])


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        (
            timestamp,
            ["2026-07-01T12:00:00Z", "2026-07-01"],
            ["infinity", "2026-02-30T00:00:00Z", "x"],
        ),
        (epoch, [0, "1792044000", -86400], ["2026-07-01", 1.5, "1E5", "soon", 10**12]),
        (date, ["2026-07-01"], ["2026-07-01T00:00:00Z", "2026-02-30", "1.7.2026"]),
        (bigint, ["9223372036854775807", 5, "-3"], ["9223372036854775808", "1E5", "2.5", "1_000"]),
        (boolean, [True, False, "true"], ["yes", 1, "True"]),
        (rate, ["1.0837", 0.19, "7.25e-2"], ["abc", "123456789.1"]),
        (text, ["1E5", "0012", "9007199254740993", 'Zoë "x" \n'], []),
    ],
)
def test_a_type_takes_what_it_is_and_refuses_the_rest(
    spools: Path, type_: Type, good: list[Any], bad: list[Any]
):
    values, reasons = one_column(spools, type_, *good, *bad)
    assert (len(values), len(reasons)) == (len(good), len(bad))
    if type_ is text:
        assert values == good


def test_seconds_since_1970_are_a_time_in_utc(spools: Path):
    values, _ = one_column(spools, epoch, 1792044000, "1792044000")
    assert values == [datetime.fromisoformat("2026-10-15T06:00:00")] * 2


PARENTS = Table(
    "parents",
    cursor="at",
    nodes=("P",),
    columns=columns((text, "id name o.a o.b"), (timestamp, "at"), (json, "tags")),
)
CHILDREN = Table(
    "children",
    parent=PARENTS,
    parent_id="parent_id",
    nodes=("C",),
    columns={"id": text, "n": bigint},
)
ITEMS = Table(
    "items",
    key=("parent_id", "position"),
    parent=PARENTS,
    parent_id="parent_id",
    list_of="items",
    positioned=True,
    columns={"sku": text},
)
FAMILY = (PARENTS, CHILDREN, ITEMS)


def parent(**more: Any) -> dict:
    return {
        "__typename": "P",
        "id": "p1",
        "at": "2026-10-01T00:00:00Z",
        "o": {"a": "1", "b": "2"},
        "items": [{"sku": "x"}, {"sku": "y"}],
        **more,
    }


def test_a_childs_version_is_its_parents_and_lists_are_numbered(spools: Path):
    child = {"__typename": "C", "id": "c1", "n": 3, "__parentId": "p1"}
    rows = landed(spools, FAMILY, child, parent())
    assert rows["children"][0]["parent_id"] == "p1"
    assert [(i["parent_id"], i["position"], i["sku"]) for i in rows["items"]] == [
        ("p1", 1, "x"),
        ("p1", 2, "y"),
    ]
    versions = {row["_version_at"] for table in rows.values() for row in table}
    assert versions == {datetime.fromisoformat("2026-10-01")}
    assert {row["_received_at"] for table in rows.values() for row in table} == {RECEIVED}


def test_the_version_hash_depends_on_no_key_order_and_no_receive_time(spools: Path):
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shuffled(value[key]) for key in reversed(list(value))}
        return [shuffled(each) for each in value] if isinstance(value, list) else value

    def digest(thing: dict) -> str:
        return landed(spools, FAMILY, thing)["parents"][0]["_version_hash"]

    plain = parent(new={"b": 1}, other=2)
    assert digest(plain) == digest(shuffled(plain))
    changes = [
        parent(name="n"),
        parent(o={"a": "2", "b": "1"}),
        parent(o={"a": None, "b": "1"}),
        parent(items=[{"sku": "y"}, {"sku": "x"}]),
        parent(items=[]),
        parent(new=1),
        parent(tags=["a"]),
    ]
    assert len({digest(thing) for thing in [parent(), *changes]}) == len(changes) + 1


def test_a_row_without_its_key_or_its_parent_is_a_dead_letter(spools: Path):
    lost = {"__typename": "C", "id": "c9", "n": 1, "__parentId": "p9"}
    rows = landed(spools, FAMILY, parent(), parent(id=None), lost)
    assert [row["id"] for row in rows["parents"]] == ["p1"]
    assert "children" not in rows
    assert {row["reason"] for row in rows["dead_letters"]} >= {
        "parents.id: no value, and it is the key",
        "children.__parentId: 'p9' is not the id of an object in this response",
    }


def test_a_row_is_versioned_by_its_source_else_by_the_vendors_clock(spools: Path):
    asked = datetime.fromisoformat("2026-10-15T05:59:58")
    table = Table("things", columns={"id": text, "n": bigint})
    items = Table("items", {"id": text}, parent=table, parent_id="thing_id", list_of="items")
    landing = Landing(account(), "things", (table, items), RECEIVED, spools / "versions", asked)
    said = {"__versionAt": 1792044000 + 60, "__deleted": True}
    landing.add(orjson.dumps({"id": "1", "n": 1, "items": [{"id": "a"}]}))
    landing.add(orjson.dumps({"id": "2", "n": 1, "items": [{"id": "b"}], **said}))
    rows = {(name, row["id"]): row for name, found in landing.tables() for row in found.to_pylist()}
    assert {key: (row["_version_at"], row["_deleted"]) for key, row in rows.items()} == {
        ("things", "1"): (asked, False),
        ("items", "a"): (asked, False),
        ("things", "2"): (datetime.fromisoformat("2026-10-15T06:01:00"), True),
        ("items", "b"): (datetime.fromisoformat("2026-10-15T06:01:00"), True),
    }
    assert {row["_extra"] for row in rows.values()} == {None}


def test_being_gone_is_a_version_of_its_own(spools: Path):
    table = Table("things", columns={"id": text})
    here = landed(spools, (table,), {"id": "1"})["things"][0]
    gone = landed(spools, (table,), {"id": "1", "__deleted": True})["things"][0]
    assert here["_version_hash"] != gone["_version_hash"]


def test_an_object_may_be_ignored_as_a_whole_but_for_what_is_declared(spools: Path):
    table = Table("things", {"id": text, "how.type": text}, ignored=frozenset({"how.*"}))
    thing = {"id": "1", "how": {"type": "card", "card": {"last4": "4242"}}, "new": 1}
    row = landed(spools, (table,), thing)["things"][0]
    assert (row["how__type"], row["_extra"]) == ("card", '{"new":1}')


def test_a_rewound_landing_has_forgotten_what_came_after_the_mark(spools: Path):
    landing = Landing(
        account(), "things", (Table("things", {"id": text}),), RECEIVED, spools / "rewound"
    )
    landing.add(b'{"id":"kept"}')
    mark = landing.mark()
    landing.add(b'{"id":"doubted"}')
    landing.rewind(mark)
    landing.add(b'{"id":"read again"}')
    found = [row["id"] for _, arrow in landing.tables() for row in arrow.to_pylist()]
    assert found == ["kept", "read again"]


def test_an_object_that_is_something_else_is_a_dead_letter_not_a_null(spools: Path):
    rows = landed(
        spools, FAMILY, parent(), parent(id="p2", o="flat"), parent(id="p3", items={"a": 1})
    )
    assert [row["id"] for row in rows["parents"]] == ["p1"]
    assert sorted(row["reason"] for row in rows["dead_letters"]) == [
        "parents.items: an object is not a list",
        "parents.o: a string is not an object",
    ]


def test_one_root_in_many_chunks_gives_the_same_rows(spools: Path, monkeypatch: pytest.MonkeyPatch):
    things = [parent(id=f"p{n}") for n in range(60)]
    things += [
        {"__typename": "C", "id": f"c{n}", "n": n, "__parentId": f"p{n % 60}"} for n in range(300)
    ]
    whole = landed(spools, FAMILY, *things)
    monkeypatch.setattr(spool, "CHUNK_BYTES", 700)
    pieces = landed(spools, FAMILY, *things)
    for table, rows in whole.items():
        ordered = [sorted(each, key=str) for each in (rows, pieces[table])]
        assert ordered[0] == ordered[1]


def test_a_line_that_is_no_json_stops_the_load_without_showing_it(spools: Path):
    table = Table("things", columns={"id": text})
    with pytest.raises(IncompleteLoad, match=r"things: a line of things is no JSON") as caught:
        landed(spools, (table,), b'{"id":"1"}\n', b'{"id":"secret value')
    assert "secret value" not in str(caught.value)


def test_a_line_cut_within_the_name_of_its_type_is_no_json(spools: Path):
    with pytest.raises(IncompleteLoad, match=r"things: a line of the answer is no JSON"):
        landed(spools, FAMILY, b'{"__typename":"P')


def test_arrow_has_the_declared_types_and_nothing_else(spools: Path):
    landing = Landing(account(), "things", FAMILY, RECEIVED, spools / "types")
    landing.add(orjson.dumps(parent()))
    for name, arrow in landing.tables():
        table = next(t for t in FAMILY if t.name == name)
        assert arrow.schema == table.arrow
    assert table.arrow.field("_version_at").type == pa.timestamp("us")


def test_hashing_without_a_key_is_an_error_that_names_it(
    spools: Path, monkeypatch: pytest.MonkeyPatch
):
    table = Table("things", columns={"id": text}, hashed={"id_hash": "id"})
    assert len(landed(spools, (table,), {"id": "1"})["things"][0]["id_hash"]) == 64
    monkeypatch.delenv("CONCORD_HASH_KEY")
    with pytest.raises(MissingSecret, match="CONCORD_HASH_KEY isn't set"):
        landed(spools, (table,), {"id": "1"})
