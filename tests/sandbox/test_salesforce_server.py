"""Salesforce over its socket: sessions, queries and their pages, deletions, limits, bulk queries, refusals."""

import csv
import io
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.salesforce.limits import Limits
from sandbox.salesforce.server import application
from sandbox.world import World, build
from sandbox.world.accounts import SALES_EU, SALES_JP
from sandbox.world.model import AccountSpec
from sandbox.world.people import person
from sandbox.world.salesforce_ids import checked
from tests.sandbox.account_client import ServeAccount

SECRET = "3MVG9test:SECRET"
DATA = "/services/data/v62.0"
MISTAKE_DAYS = 5  # after the merge of two strangers, before it is undone


@pytest.fixture(scope="module")
def later_world() -> World:
    return build(seed=5, days=120, orders=150, advanced_days=MISTAKE_DAYS)


@pytest.fixture(scope="module")
def serve(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeAccount]:
    factory = ServeAccount(small_world, tmp_path_factory.mktemp("salesforce"))
    yield factory
    factory.stop()


def opened(
    serve: ServeAccount, world: World, account: AccountSpec = SALES_EU, **how: Any
) -> httpx.Client:
    client = serve("salesforce", application(world, account, SECRET, **how))
    answer = grant(client)
    assert answer.status_code == 200
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


def grant(client: httpx.Client, **other: str) -> httpx.Response:
    client_id, client_secret = SECRET.split(":")
    form = {"grant_type": "client_credentials", "client_id": client_id}
    return client.post(
        "/services/oauth2/token", data={**form, "client_secret": client_secret, **other}
    )


@pytest.fixture(scope="module")
def sales(serve: ServeAccount, small_world: World) -> httpx.Client:
    return opened(serve, small_world)


def ask(client: httpx.Client, text: str, how: str = "query", size: int = 2000) -> httpx.Response:
    options = {"Sforce-Query-Options": f"batchSize={size}"}
    return client.get(f"{DATA}/{how}", params={"q": text}, headers=options)


def records(client: httpx.Client, text: str, how: str = "query", size: int = 2000) -> list[dict]:
    found, answer = [], ask(client, text, how, size)
    while True:
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found += body["records"]
        assert body["done"] == ("nextRecordsUrl" not in body)
        if body["done"]:
            assert body["totalSize"] == len(found)
            return found
        options = {"Sforce-Query-Options": f"batchSize={size}"}
        answer = client.get(body["nextRecordsUrl"], headers=options)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()[0]["errorCode"]


def test_a_session_is_granted_to_the_connected_app_and_needed_for_everything(
    serve: ServeAccount, sales: httpx.Client
):
    refused = grant(sales, client_secret="other")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_client")
    assert grant(sales, grant_type="password").json()["error"] == "unsupported_grant_type"
    strange = httpx.get(f"{sales.base_url}{DATA}/limits", headers={"Authorization": "Bearer 00D!x"})
    assert code(strange) == (401, "INVALID_SESSION_ID")


@pytest.mark.parametrize("entity", ["Contact", "Lead", "Account"])
def test_pages_give_every_record_once_and_counts_agree(sales: httpx.Client, entity: str):
    text = f"SELECT Id, IsDeleted, SystemModstamp FROM {entity} ORDER BY SystemModstamp ASC, Id ASC"
    living, all_there_is = (records(sales, text, how, 3) for how in ("query", "queryAll"))
    for found, how in ((living, "query"), (all_there_is, "queryAll")):
        stamps = [(row["SystemModstamp"], row["Id"]) for row in found]
        assert stamps == sorted(set(stamps))
        assert ask(sales, f"SELECT COUNT() FROM {entity}", how).json()["totalSize"] == len(found)
    assert [row["Id"] for row in living] == [r["Id"] for r in all_there_is if not r["IsDeleted"]]
    middle = living[len(living) // 2]["SystemModstamp"].replace("+0000", "Z")
    halves = [
        ask(sales, f"SELECT COUNT() FROM {entity} WHERE SystemModstamp {sign} {middle}").json()[
            "totalSize"
        ]
        for sign in ("<", ">=")
    ]
    assert sum(halves) == len(living)
    assert min(halves) > 0


def test_a_merged_contact_is_deleted_and_names_its_winner(serve: ServeAccount, small_world: World):
    sales = opened(serve, small_world, SALES_JP)
    text = "SELECT Id, IsDeleted, MasterRecordId FROM Contact WHERE MasterRecordId != null"
    assert records(sales, text) == []
    merged = records(sales, text, "queryAll")
    assert merged
    winners = "', '".join(row["MasterRecordId"] for row in merged)
    found = records(sales, f"SELECT Id FROM Contact WHERE Id IN ('{winners}')", "queryAll")
    assert {row["Id"] for row in found} == {row["MasterRecordId"] for row in merged}
    assert all(row["IsDeleted"] for row in merged)


def test_ids_carry_their_checksum_and_filters_take_them_without(sales: httpx.Client):
    assert checked("00530000000PC3G") == "00530000000PC3GAAW"
    found = [row["Id"] for row in records(sales, "SELECT Id FROM Account")]
    assert [checked(given[:15]) for given in found] == found
    (one,) = records(sales, f"SELECT Id FROM Account WHERE Id = '{found[0][:15]}'")
    assert one["Id"] == found[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT Id, Shoe_Size__c FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE SystemModstamp > '2026-01-01'", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Email = anna", "INVALID_FIELD"),
        ("SELECT Id FROM Opportunity", "INVALID_TYPE"),
        ("SELEKT Id FROM Contact", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Email = 'a' 'b'", "MALFORMED_QUERY"),
        ("SELECT Id, Id FROM Contact", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE", "MALFORMED_QUERY"),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(sales: httpx.Client, text: str, said: str):
    assert code(ask(sales, text)) == (400, said)


def test_what_the_user_may_not_read_is_not_there(serve: ServeAccount, small_world: World):
    hidden = frozenset({"Contact.Phone"})
    few = opened(serve, small_world, hidden=hidden, objects=frozenset({"Contact"}))
    assert code(ask(few, "SELECT Id, Phone FROM Contact")) == (400, "INVALID_FIELD")
    assert code(ask(few, "SELECT Id FROM Lead")) == (400, "INVALID_TYPE")
    fields = few.get(f"{DATA}/sobjects/Contact/describe").json()["fields"]
    names = {field["name"]: field["type"] for field in fields}
    assert "Phone" not in names
    assert (names["SystemModstamp"], names["IsDeleted"]) == ("datetime", "boolean")


def test_conditions_combine_as_the_words_say(sales: httpx.Client):
    every = records(sales, "SELECT Id, Email, HasOptedOutOfEmail FROM Contact")
    text = (
        "SELECT Id FROM Contact WHERE (HasOptedOutOfEmail = true OR Email LIKE '%@example.org')"
        " AND NOT Email = null ORDER BY Id DESC"
    )
    wanted = {
        row["Id"]
        for row in every
        if row["Email"] and (row["HasOptedOutOfEmail"] or row["Email"].endswith("@example.org"))
    }
    found = [row["Id"] for row in records(sales, text, size=1)]
    assert (set(found), found) == (wanted, sorted(wanted, reverse=True))
    assert len(records(sales, "SELECT Id FROM Contact ORDER BY Id LIMIT 3")) == 3


def test_a_locator_is_known_until_ten_others_were_opened(sales: httpx.Client):
    text = "SELECT Id FROM Contact"
    first = ask(sales, text, size=1).json()["nextRecordsUrl"]
    for _ in range(10):
        ask(sales, text, size=1)
    assert code(sales.get(first)) == (400, "INVALID_QUERY_LOCATOR")


def test_a_merge_by_mistake_is_in_the_list_of_deletions(serve: ServeAccount, later_world: World):
    sales = opened(serve, later_world)
    (loser,) = later_world.con.execute(
        f"select contact_id from truth.sf_contacts where pid = {person('couple_2')}"
    ).fetchall()[0]
    window = {"start": "2026-10-15T06:00:00+00:00", "end": "2026-10-20T06:00:00+00:00"}
    told = sales.get(f"{DATA}/sobjects/Contact/deleted/", params=window).json()
    assert loser in {one["id"] for one in told["deletedRecords"]}
    since = (
        "SELECT Id FROM Contact WHERE IsDeleted = true AND SystemModstamp >= 2026-10-15T06:00:00Z"
    )
    assert {row["Id"] for row in records(sales, since, "queryAll")} == {
        one["id"] for one in told["deletedRecords"]
    }
    early = {**window, "start": "2026-09-30T00:00:00Z"}
    refused = sales.get(f"{DATA}/sobjects/Contact/deleted/", params=early)
    assert code(refused) == (400, "INVALID_REPLICATION_DATE")


def test_the_day_s_requests_are_counted_and_end(serve: ServeAccount, small_world: World):
    sales = opened(serve, small_world, limits=Limits(daily=2))
    answers = [sales.get(f"{DATA}/limits") for _ in range(3)]
    assert [one.headers["sforce-limit-info"] for one in answers] == [
        *("api-usage=1/2", "api-usage=2/2", "api-usage=2/2")
    ]
    assert answers[1].json()["DailyApiRequests"] == {"Max": 2, "Remaining": 0}
    assert code(answers[2]) == (403, "REQUEST_LIMIT_EXCEEDED")


def test_a_bulk_query_gives_what_the_query_gives(serve: ServeAccount, small_world: World):
    sales = opened(serve, small_world, limits=Limits(job_seconds=1))
    text = "SELECT Id, Name, Email, CreatedDate, IsDeleted FROM Contact"
    job = {"operation": "queryAll", "query": text}
    made = sales.post(f"{DATA}/jobs/query", json=job).json()
    assert (made["state"], made["object"]) == ("UploadComplete", "Contact")
    path = f"{DATA}/jobs/query/{made['id']}"
    assert code(sales.get(f"{path}/results")) == (400, "INVALIDJOBSTATE")
    wanted = records(sales, text, "queryAll")
    while sales.get(path).json()["state"] != "JobComplete":
        time.sleep(0.1)
    assert sales.get(path).json()["numberRecordsProcessed"] == len(wanted)
    found: list[dict[str, str]] = []
    locator = ""
    while locator != "null":
        params = {"maxRecords": 7} | ({"locator": locator} if locator else {})
        page = sales.get(f"{path}/results", params=params)
        rows = list(csv.DictReader(io.StringIO(page.text)))
        assert int(page.headers["sforce-numberofrecords"]) == len(rows)
        found += rows
        locator = page.headers["sforce-locator"]
    assert found == [
        {
            "Id": row["Id"],
            "Name": row["Name"],
            "Email": row["Email"] or "",
            "CreatedDate": row["CreatedDate"].replace("+0000", "Z"),
            "IsDeleted": str(row["IsDeleted"]).lower(),
        }
        for row in wanted
    ]
    count = {"operation": "query", "query": "SELECT COUNT() FROM Contact"}
    assert code(sales.post(f"{DATA}/jobs/query", json=count)) == (400, "API_ERROR")
    assert sales.delete(path).status_code == 204
    assert code(sales.get(path)) == (404, "NOT_FOUND")


def test_later_days_change_no_id_and_every_change_moves_its_stamp(
    small_world: World, later_world: World
):
    for table in ("contacts", "leads", "accounts"):
        earlier, later = (
            {
                row[0]: row[1:]
                for row in world.con.execute(
                    f"""select "Id", "SystemModstamp", hash(t) from (
                        select * exclude (_seq) from salesforce.{table}) as t"""
                ).fetchall()
            }
            for world in (small_world, later_world)
        )
        assert earlier.keys() <= later.keys()
        for given, (stamp, content) in earlier.items():
            assert later[given][0] >= stamp
            assert (later[given][0] > stamp) == (later[given][1] != content)
