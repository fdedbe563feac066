"""HubSpot over its socket: lists, single reads, batches, associations, limits and refusals."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.hubspot.errors import SCOPES
from sandbox.hubspot.limits import Limits
from sandbox.hubspot.server import application, endpoint_of, error_body
from sandbox.world import World, build
from sandbox.world.accounts import CRM
from tests.sandbox.account_client import ServeAccount

KEY = {"Authorization": "Bearer pat-eu1-test"}
CONTACTS = "/crm/v3/objects/contacts"
ASSOCIATIONS = "/crm/v4/associations/contacts/companies/batch/read"


@pytest.fixture(scope="module")
def world() -> World:
    return build(seed=5, days=120, orders=600)


@pytest.fixture(scope="module")
def serve(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeAccount]:
    factory = ServeAccount(world, tmp_path_factory.mktemp("hubspot"))
    yield factory
    factory.stop()


@pytest.fixture(scope="module")
def crm(serve: ServeAccount, world: World) -> httpx.Client:
    limits = Limits(burst=1_000_000)
    return serve("hubspot", application(world, CRM, "pat-eu1-test", limits), KEY)


def ids(world: World, condition: str) -> list[str]:
    query = f"select id from hubspot.contacts where {condition} order by cast(id as bigint)"
    return [key for (key,) in world.con.execute(query).fetchall()]


def everything(crm: httpx.Client, path: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = crm.get(path, params=params)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found += body["results"]
        if "paging" not in body:
            return found
        after = body["paging"]["next"]["after"]
        assert f"after={after}" in body["paging"]["next"]["link"]
        params["after"] = after


def test_a_list_gives_every_contact_once_by_id(world: World, crm: httpx.Client):
    for archived, condition in (("false", "not archived"), ("true", "archived")):
        rows = everything(crm, CONTACTS, limit=7, archived=archived)
        assert [row["id"] for row in rows] == ids(world, condition)
        assert all(("archivedAt" in row) == row["archived"] == (archived == "true") for row in rows)
    assert len(everything(crm, "/crm/v3/objects/0-2", limit=3)) > 3


def test_only_the_properties_asked_for_come_back_and_those_that_always_do(crm: httpx.Client):
    def names(**params: Any) -> set[str]:
        return set(
            crm.get(CONTACTS, params={"limit": 1, **params}).json()["results"][0]["properties"]
        )

    always = {"createdate", "hs_object_id", "lastmodifieddate"}
    assert names() == {*always, "email", "firstname", "lastname"}
    assert names(properties="vip_tier,phone,no_such_property") == {*always, "vip_tier", "phone"}
    assert names(properties=["email", "country"]) == {*always, "email", "country"}
    company = crm.get("/crm/v3/objects/companies", params={"limit": 1}).json()["results"][0]
    assert "hs_lastmodifieddate" in company["properties"]
    assert "lastmodifieddate" not in company["properties"]


def test_a_merged_away_id_answers_with_the_winner(world: World, crm: httpx.Client):
    merges = world.con.execute(
        "select id, merged_into from hubspot.merges where object = 'contact'"
    ).fetchall()
    listed = {row["id"] for row in everything(crm, CONTACTS, limit=100)}
    for loser, winner in merges[:6]:
        assert loser not in listed
        found = crm.get(f"{CONTACTS}/{loser}", params={"properties": "hs_merged_object_ids"}).json()
        assert found["id"] == found["properties"]["hs_object_id"] == winner
        assert loser in found["properties"]["hs_merged_object_ids"].split(";")


def test_single_reads_and_what_is_not_there(world: World, crm: httpx.Client):
    (archived, *_), (known, *_) = ids(world, "archived"), ids(world, "not archived")
    assert crm.get(f"{CONTACTS}/{known}").json()["id"] == known
    assert crm.get(f"{CONTACTS}/{archived}").status_code == 404
    found = crm.get(f"{CONTACTS}/{archived}", params={"archived": "true"})
    assert found.json()["archived"] is True
    email = crm.get(f"{CONTACTS}/{known}").json()["properties"]["email"]
    by_email = crm.get(f"{CONTACTS}/{email.upper()}", params={"idProperty": "email"})
    assert by_email.json()["id"] == known
    missing = crm.get(f"{CONTACTS}/17").json()
    assert (missing["status"], missing["category"]) == ("error", "OBJECT_NOT_FOUND")
    assert missing["correlationId"]


def test_a_batch_reads_what_there_is_and_says_what_is_missing(world: World, crm: httpx.Client):
    known = ids(world, "not archived")[:3]
    body = {"properties": ["email"], "inputs": [{"id": key} for key in known]}
    answer = crm.post(f"{CONTACTS}/batch/read", json=body)
    assert answer.status_code == 200
    assert [row["id"] for row in answer.json()["results"]] == known
    body["inputs"].append({"id": "17"})
    partly = crm.post(f"{CONTACTS}/batch/read", json=body)
    assert (partly.status_code, partly.json()["numErrors"]) == (207, 1)
    assert partly.json()["errors"][0]["context"]["ids"] == ["17"]
    too_many = {"inputs": [{"id": str(n)} for n in range(101)]}
    assert crm.post(f"{CONTACTS}/batch/read", json=too_many).status_code == 400


def test_associations_come_with_their_labels_and_errors_for_those_without(
    world: World, crm: httpx.Client
):
    rows = everything(crm, CONTACTS, limit=50, associations="companies")
    associated = {
        row["id"]: row["associations"]["companies"]["results"]
        for row in rows
        if "associations" in row
    }
    assert associated
    alone = next(row["id"] for row in rows if "associations" not in row)
    body = {"inputs": [{"id": key} for key in (*associated, alone)]}
    answer = crm.post(ASSOCIATIONS, json=body)
    assert answer.status_code == 207
    found = {one["from"]["id"]: one["to"] for one in answer.json()["results"]}
    assert found.keys() == associated.keys()
    for contact, ends in found.items():
        listed = [
            end for end in associated[contact] if end["type"] == "contact_to_company_unlabeled"
        ]
        assert [end["id"] for end in listed] == [str(end["toObjectId"]) for end in ends]
    (error,) = answer.json()["errors"]
    assert error["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert error["context"]["fromObjectId"] == [alone]
    complete = crm.post(ASSOCIATIONS, json={"inputs": [{"id": next(iter(found))}]})
    assert (complete.status_code, complete.json()["status"]) == (200, "COMPLETE")
    for wrong in ("/crm/v4/associations/companies/deals/batch/read",):
        assert crm.post(wrong, json={"inputs": []}).status_code == 400
    assert (
        crm.post(ASSOCIATIONS, json={"inputs": [{"id": str(n)} for n in range(1001)]}).status_code
        == 400
    )


def test_bad_questions_are_refused(crm: httpx.Client):
    for path, params in (
        (CONTACTS, {"limit": 101}),
        (CONTACTS, {"limit": 0}),
        (CONTACTS, {"after": "abc"}),
        ("/crm/v3/objects/unicorns", {}),
    ):
        answer = crm.get(path, params=params)
        assert answer.status_code == 400
        assert answer.json()["category"] == "VALIDATION_ERROR"
    assert crm.post(ASSOCIATIONS, content=b"{").status_code == 400
    assert crm.post(ASSOCIATIONS, json={"inputs": ["1"]}).status_code == 400


def test_the_limits_stand_in_the_headers_and_hold(serve: ServeAccount, world: World):
    limits = Limits(daily=9, burst=4, burst_seconds=0.6)
    client = serve("hubspot", application(world, CRM, "pat-eu1-test", limits), KEY)
    headers = client.get(CONTACTS).headers
    assert headers["X-HubSpot-RateLimit-Daily"] == "9"
    assert headers["X-HubSpot-RateLimit-Daily-Remaining"] == "8"
    assert headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "600"
    assert headers["X-HubSpot-RateLimit-Max"] == "4"
    assert headers["X-HubSpot-RateLimit-Remaining"] == "3"
    answers = [client.get(CONTACTS) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    said = answers[-1].json()
    assert (said["errorType"], said["policyName"]) == ("RATE_LIMIT", "TEN_SECONDLY_ROLLING")
    searched = [client.post(f"{CONTACTS}/search", json={}) for _ in range(2)]
    assert {a.status_code for a in searched} == {429}
    assert not [name for name in searched[0].headers if name.startswith("x-hubspot")]


def test_the_days_requests_end(serve: ServeAccount, world: World):
    app = application(world, CRM, "pat-eu1-test", Limits(daily=2))
    client = serve("hubspot", app, KEY)
    answers = [client.get(CONTACTS) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[-1].json()["policyName"] == "DAILY"
    assert answers[-1].headers["X-HubSpot-RateLimit-Daily-Remaining"] == "0"


def test_who_may_not_ask_is_told_so_in_the_vendors_words(
    serve: ServeAccount, world: World, crm: httpx.Client
):
    wrong = crm.get(CONTACTS, headers={"Authorization": "Bearer other"})
    assert (wrong.status_code, wrong.json()["category"]) == (401, "INVALID_AUTHENTICATION")
    scopes = frozenset([SCOPES["contacts"]])
    app = application(world, CRM, "pat-eu1-test", Limits(), scopes)
    client = serve("hubspot", app, KEY)
    assert client.get(CONTACTS).status_code == 200
    for answer in (
        client.get("/crm/v3/objects/companies"),
        client.post(ASSOCIATIONS, json={"inputs": [{"id": "1"}]}),
    ):
        body = answer.json()
        assert (answer.status_code, body["category"]) == (403, "MISSING_SCOPES")
        assert SCOPES["companies"] in body["errors"][0]["context"]["requiredGranularScopes"]


def test_endpoints_have_the_names_that_faults_are_armed_by():
    for method, path, name in (
        ("GET", CONTACTS, "contacts"),
        ("GET", f"{CONTACTS}/151", "contacts"),
        ("POST", f"{CONTACTS}/search", "contacts_search"),
        ("POST", f"{CONTACTS}/batch/read", "contacts"),
        ("GET", "/crm/v3/objects/0-2", "companies"),
        ("POST", "/crm/v3/objects/companies/search", "companies_search"),
        ("POST", ASSOCIATIONS, "associations"),
    ):
        assert endpoint_of(method, path, "", b"") == name
    for status in (401, 403, 429, 500):
        assert b'"status":"error"' in error_body(status)
