"""AfterShip: every parcel comes once, whatever its pages do, and its number leaves only as a hash."""

import hashlib
import hmac
import logging
import time
from collections.abc import Iterator

import pytest
from starlette.responses import Response

from ingestion.errors import IncompleteLoad, MissingScope, MissingSecret, VendorError
from ingestion.http import Patience
from ingestion.load import LoadResult
from ingestion.sources import aftership
from tests.ingestion.conftest import HURRIED, Warehouse, account_of
from tests.ingestion.tiny_crm import cut
from tests.ingestion.tiny_parcels import (
    TinyParcels,
    checkpoint,
    open_parcels,
    refusal,
    tracking,
)

LATER = "2026-10-12T09:00:00+00:00"
NOW = 1792044000  # the tiny vendor's clock, 2026-10-15T06:00:00Z


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_SECRET", "asat_tiny")


@pytest.fixture
def parcels(monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyParcels]:
    monkeypatch.setattr(aftership, "MOST", "3")
    with open_parcels(TinyParcels()) as opened:
        opened.trackings = [tracking(n) for n in range(1, 12)]
        yield opened


def load(warehouse: Warehouse, parcels: TinyParcels, patience: Patience = HURRIED) -> LoadResult:
    return warehouse.load(account_of(parcels.base_url, "parcels", "aftership"), patience)


def newest(warehouse: Warehouse, columns: str) -> list[tuple]:
    return warehouse.query(
        f"select {columns} from raw_aftership.trackings qualify row_number() over (partition by account,"
        " id order by _version_at desc, _received_at desc, _version_hash desc) = 1 order by id"
    )


def ids(warehouse: Warehouse) -> int:
    return warehouse.query("select count(distinct id) from raw_aftership.trackings")[0][0]


def test_trackings_land_as_aftership_wrote_them(parcels: TinyParcels, warehouse: Warehouse):
    late = "2026-09-20T23:30:00"
    parcels.trackings = [
        tracking(
            7,
            tag="Delivered",
            shipment_delivery_date=late,
            checkpoints=[
                checkpoint("2026-09-20T23:30:00+02:00", "Delivered", city=None),
                checkpoint("2026-09-19T08:00:00-05:00"),
            ],
        )
    ]
    result = load(warehouse, parcels)
    number = "00340430000000000007"
    hashed = hmac.new(b"a-key-for-tests", number.encode(), hashlib.sha256).hexdigest()
    assert newest(
        warehouse,
        "tracking_number, number_hash, order_id, tag, shipment_delivery_date, return_to_sender,"
        " _version_at::varchar",
    ) == [
        (
            *(number, hashed, "nordlicht-de.myshopify.com:5007", "Delivered", late, False),
            "2026-10-01 10:00:00",
        )
    ]
    assert warehouse.query(
        "select tracking_id, position, tag, city, checkpoint_time::varchar from raw_aftership.checkpoints"
        " order by position"
    ) == [
        (f"{7:032x}", 1, "Delivered", None, "2026-09-20 21:30:00"),
        (f"{7:032x}", 2, "InTransit", "Hamburg", "2026-09-19 13:00:00"),
    ]
    (check,) = result.completeness
    assert (check.stream, check.expected, check.landed) == ("trackings", 1, 1)
    assert newest(warehouse, "_extra") == [(None,)]


def test_run_twice_nothing_new_is_claimed(parcels: TinyParcels, warehouse: Warehouse):
    parcels.trackings = [tracking(n, f"2026-10-{n:02d}T00:00:00+00:00") for n in range(1, 12)]
    assert load(warehouse, parcels).rows["trackings"] == 11
    result = load(warehouse, parcels)
    assert result.rows["trackings"] == 1  # the newest, again: the overlap
    assert warehouse.query("select count(distinct _version_hash) from raw_aftership.trackings") == [
        (11,)
    ]


def test_what_changed_comes_and_equals_a_full_load(parcels: TinyParcels, warehouse: Warehouse):
    load(warehouse, parcels)
    parcels.trackings[2] = tracking(3, LATER, tag="Exception", checkpoints=[checkpoint(LATER)])
    parcels.trackings.append(tracking(12, LATER))
    load(warehouse, parcels)
    whole = Warehouse(warehouse.path.with_name("whole.duckdb"))
    load(whole, parcels)
    columns = "* exclude (_dlt_load_id, _received_at)"
    assert newest(warehouse, columns) == newest(whole, columns)
    current = f"""select {columns} from raw_aftership.checkpoints as checkpoints
        where exists (select 1 from ({{}}) as newest where newest.id = checkpoints.tracking_id
            and newest._version_at = checkpoints._version_at
            and newest._received_at = checkpoints._received_at) order by all"""
    of = """select * from raw_aftership.trackings qualify row_number() over (partition by account, id
        order by _version_at desc, _received_at desc) = 1"""
    assert warehouse.query(current.format(of)) == whole.query(current.format(of))


def test_a_parcel_older_than_aftership_shows_unasked_comes_too(
    parcels: TinyParcels, warehouse: Warehouse
):
    parcels.trackings = [tracking(1, created_at="2025-03-01T00:00:00+00:00")]
    load(warehouse, parcels)
    assert ids(warehouse) == 1


def test_what_changes_while_pages_are_read_comes_next_time(
    parcels: TinyParcels, warehouse: Warehouse
):
    def changes(given: dict[str, str]) -> None:
        if given.get("cursor", "").endswith("3"):
            parcels.trackings[0] = tracking(1, "2026-10-15T06:00:09+00:00")

    parcels.moods = [changes]
    result = load(warehouse, parcels)
    (check,) = result.completeness
    assert (check.expected, check.landed) == (10, 11)


@pytest.mark.parametrize(
    "response",
    [
        refusal(429, 429, "TooManyRequests"),
        refusal(429, 429, "TooManyRequests", **{"Retry-After": "0.05"}),
        refusal(500, 500, "InternalError"),
        Response(b"<html>busy</html>"),
        cut({"meta": {"code": 200}, "data": {"trackings": []}}),
        cut(),
    ],
    ids=["429", "429-retry-after", "500", "html", "half-a-body", "no-body"],
)
def test_a_passing_fault_is_tried_again(
    parcels: TinyParcels, warehouse: Warehouse, response: Response
):
    parcels.moods = [lambda _: response, lambda given: response if "cursor" in given else None]
    load(warehouse, parcels)
    assert ids(warehouse) == 11


def test_a_lasting_fault_ends_the_load_and_keeps_nothing(
    parcels: TinyParcels, warehouse: Warehouse
):
    parcels.moods = [
        lambda given: refusal(503, 503, "x") if "cursor" in given else None for _ in range(20)
    ]
    with pytest.raises(VendorError, match=r"still fails after 4 tries \(answer 503\)"):
        load(warehouse, parcels)
    parcels.moods = []
    assert load(warehouse, parcels).rows["trackings"] == 11


@pytest.mark.parametrize("fault", ["missing", "duplicate", "reordered"])
@pytest.mark.parametrize("page", [0, 1, 3])
def test_a_list_whose_page_was_wrong_is_read_again(
    parcels: TinyParcels, warehouse: Warehouse, fault: str, page: int
):
    parcels.pages = ["none"] * page + [fault]
    result = load(warehouse, parcels)
    assert (ids(warehouse), result.rows["trackings"]) == (11, 11)
    assert result.rows["checkpoints"] == 22


@pytest.mark.parametrize("fault", ["missing", "duplicate"])
def test_pages_that_stay_wrong_end_the_load_and_the_cursor_stays(
    parcels: TinyParcels, warehouse: Warehouse, fault: str
):
    load(warehouse, parcels)
    parcels.trackings += [tracking(n, LATER) for n in range(12, 20)]
    parcels.pages = [fault] * 50
    with pytest.raises(IncompleteLoad, match=r"aftership parcels, trackings: .* of 4 readings"):
        load(warehouse, parcels)
    parcels.pages = []
    load(warehouse, parcels)
    assert ids(warehouse) == 19


def test_the_rate_limit_is_waited_out_before_aftership_says_no(
    parcels: TinyParcels, warehouse: Warehouse
):
    parcels.trackings = parcels.trackings[:2]
    parcels.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 1)}
    begun = time.monotonic()
    load(warehouse, parcels, Patience(attempts=2, longest=5))
    assert 1 <= time.monotonic() - begun < 5


def test_a_429_without_retry_after_waits_for_the_reset(parcels: TinyParcels, warehouse: Warehouse):
    parcels.trackings = parcels.trackings[:2]
    busy = refusal(429, 429, "TooManyRequests", **{"X-RateLimit-Reset": str(NOW + 1)})
    parcels.moods = [lambda _: busy]
    begun = time.monotonic()
    load(warehouse, parcels, Patience(attempts=2, first=0.01, longest=5))
    assert time.monotonic() - begun >= 1


def test_a_version_that_came_to_its_end_is_announced(
    parcels: TinyParcels, warehouse: Warehouse, caplog: pytest.LogCaptureFixture
):
    parcels.headers = {"as-api-version": "2027-01"}
    with caplog.at_level(logging.WARNING):
        load(warehouse, parcels)
    (said,) = [record.message for record in caplog.records]
    assert "version 2027-01 answers where 2026-07 was asked" in said


def test_a_row_that_cannot_be_landed_is_a_dead_letter_and_the_rest_lands(
    parcels: TinyParcels, warehouse: Warehouse
):
    parcels.trackings = [tracking(n) for n in range(1, 6)]
    parcels.trackings[0]["return_to_sender"] = "perhaps"
    del parcels.trackings[1]["id"], parcels.trackings[1]["checkpoints"]
    parcels.trackings[2]["checkpoints"] = "none"
    parcels.trackings[3]["checkpoints"][0]["checkpoint_time"] = "noon"
    result = load(warehouse, parcels)
    assert newest(warehouse, "order_number") == [("#1004",), ("#1005",)]
    assert warehouse.query("select reason from raw_aftership.dead_letters order by 1") == [
        ("checkpoints.checkpoint_time: 'noon' is not timestamp",),
        ("trackings.checkpoints: a string is not a list",),
        ("trackings.id: no value, and it is the key",),
        ("trackings.return_to_sender: 'perhaps' is not boolean",),
    ]
    (check,) = result.completeness
    assert (check.expected, check.landed) == (5, 5)


def test_fields_nobody_declared_are_kept_and_announced(
    parcels: TinyParcels, warehouse: Warehouse, caplog: pytest.LogCaptureFixture
):
    parcels.trackings = [tracking(1, drone=True)]
    with caplog.at_level(logging.WARNING):
        load(warehouse, parcels)
    assert newest(warehouse, "_extra") == [('{"drone":true}',)]
    assert "trackings.drone" in caplog.text


@pytest.mark.parametrize(
    ("secret", "mood", "error", "said"),
    [
        ("", None, MissingSecret, "TINY_SECRET isn't set; aftership parcels needs it"),
        ("asat_ended", None, VendorError, r"refuses the secret in TINY_SECRET \(401"),
        ("asat_tiny", 403, MissingScope, r"has no 'read trackings' \(403 at /tracking/2026-07"),
    ],
)
def test_a_key_that_does_not_work_is_named_and_never_shown(
    parcels: TinyParcels,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    secret: str,
    mood: int | None,
    error: type[Exception],
    said: str,
):
    monkeypatch.setenv("TINY_SECRET", secret)
    if mood:
        parcels.moods = [lambda _: refusal(mood, 40300, "Forbidden")]
    with pytest.raises(error, match=said) as caught:
        load(warehouse, parcels)
    assert not secret or secret not in str(caught.value)
