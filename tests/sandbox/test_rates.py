"""The ECB's and treasury's rate files, as their servers give them."""

import csv
import io

import httpx
import pytest

from sandbox.rates.ecb import COLUMNS
from sandbox.world import World

EVERYTHING = "/service/data/EXR/D..EUR.SP00.A"


def rows(response: httpx.Response) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.text)))


def ecb(group: dict, path: str = EVERYTHING, **query: str) -> httpx.Response:
    return httpx.get(group["ecb"].base_url + path, params={"format": "csvdata", **query})


def treasury(group: dict, secret: str | None = None, **query: str) -> httpx.Response:
    given = group["treasury"].secret if secret is None else secret
    headers = {"Authorization": f"Bearer {given}"}
    return httpx.get(group["treasury"].base_url + "/rates.csv", params=query, headers=headers)


def test_the_ecb_gives_every_currency_of_a_span(group: dict, small_world: World):
    found = rows(ecb(group, startPeriod="2026-09-01", endPeriod="2026-09-30"))
    assert list(found[0]) == COLUMNS
    expected = small_world.con.execute(
        'select currency, cast("date" as varchar), rate from rates.ecb'
        " where \"date\" between '2026-09-01' and '2026-09-30'"
    ).fetchall()
    given = [(row["CURRENCY"], row["TIME_PERIOD"], row["OBS_VALUE"]) for row in found]
    assert sorted(given) == sorted(expected)
    assert {row["KEY"] for row in found} >= {"EXR.D.USD.EUR.SP00.A", "EXR.D.JPY.EUR.SP00.A"}
    assert {row["OBS_STATUS"] for row in found} == {"A"}


def test_a_key_chooses_currencies(group: dict):
    found = rows(ecb(group, "/service/data/EXR/D.USD+GBP.EUR.SP00.A", startPeriod="2026-09-01"))
    assert {row["CURRENCY"] for row in found} == {"USD", "GBP"}


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/service/data/EXR/M..EUR.SP00.A", {}, 404),
        ("/service/data/EXR/D.XXX.EUR.SP00.A", {}, 404),
        ("/service/data/EXR/D.USD", {}, 400),
        (EVERYTHING, {"startPeriod": "yesterday"}, 400),
        (EVERYTHING, {"startPeriod": "2099-01-01"}, 404),
        (EVERYTHING, {"format": "jsondata"}, 406),
    ],
)
def test_the_ecb_refuses_what_it_has_not(group: dict, path: str, query: dict, status: int):
    assert ecb(group, path, **query).status_code == status


def test_treasury_opens_to_its_secret_only(group: dict):
    assert treasury(group, "wrong").status_code == 401
    assert httpx.get(group["treasury"].base_url + "/rates.csv").status_code == 401
    assert rows(treasury(group))


def test_treasury_gives_what_changed_since(group: dict, small_world: World):
    everything = rows(treasury(group))
    total = small_world.con.execute("select count(*) from rates.treasury").fetchall()[0][0]
    assert len(everything) == total
    assert {"AED", "SAR", "KWD", "TWD"} <= {row["from_currency"] for row in everything}
    since = sorted(row["updated_at"] for row in everything)[-10]
    newer = rows(treasury(group, updated_since=since))
    assert newer == [row for row in everything if row["updated_at"] >= since]
    assert treasury(group, updated_since="soon").status_code == 400


def test_a_corrected_rate_is_a_second_version(group: dict):
    found = rows(treasury(group))
    found = [row for row in found if row["kind"] == "transaction"]
    corrected = [row for row in found if row["version"] == "2"]
    assert len(corrected) == 1
    key = [corrected[0][name] for name in ("rate_date", "from_currency", "to_currency", "kind")]
    first = [
        r
        for r in found
        if [r[n] for n in ("rate_date", "from_currency", "to_currency", "kind")] == key
    ]
    assert sorted(row["version"] for row in first) == ["1", "2"]
    assert len({row["rate"] for row in first}) == 2
