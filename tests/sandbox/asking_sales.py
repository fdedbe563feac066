"""One plain request per endpoint of Salesforce and Zendesk, and how their pages are followed."""

import time
from typing import Any

import httpx

from sandbox.serve import Served
from tests.sandbox.asked import Asked, ids_of

SIZE = 2
DATA = "/services/data/v62.0"
BATCH = {"Sforce-Query-Options": f"batchSize={SIZE}"}
SALESFORCE = {"contacts": "Contact", "leads": "Lead", "accounts": "Account"}
ZENDESK_USER = 359_000_000_020  # the warehouse's own


def session_of(served: Served) -> str:
    """A session of the connected app whose ``<client id>:<client secret>`` the secret is."""
    url = f"{served.base_url}/services/oauth2/token"
    return httpx.post(url, data=_grant(served.secret or "")).json()["access_token"]


def _grant(secret: str) -> dict[str, str]:
    client_id, _, client_secret = secret.partition(":")
    return {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret,
    }


def salesforce(endpoint: str, client: httpx.Client) -> Asked:
    if endpoint == "access_token":
        return Asked("POST", "/services/oauth2/token", data=_grant("a:b"))
    if endpoint in SALESFORCE:
        query = f"SELECT Id, SystemModstamp FROM {SALESFORCE[endpoint]} ORDER BY SystemModstamp"
        return _queried(f"{DATA}/query", {"q": query})
    job = {"operation": "query", "query": "SELECT Id FROM Contact"}
    if endpoint == "query_jobs":
        return Asked("POST", f"{DATA}/jobs/query", json=job)
    if endpoint == "query_results":
        job_id = client.post(f"{DATA}/jobs/query", json=job).json()["id"]
        time.sleep(0.32)  # what a job takes
        return _results(f"{DATA}/jobs/query/{job_id}/results")
    since = {"start": "2026-10-02T00:00:00Z", "end": "2026-10-15T00:00:00Z"}
    return {
        "counts": Asked("GET", f"{DATA}/query", {"q": "SELECT COUNT() FROM Contact"}),
        "deletions": Asked("GET", f"{DATA}/sobjects/Contact/deleted/", since),
        "descriptions": Asked("GET", f"{DATA}/sobjects/Contact/describe"),
        "limits": Asked("GET", f"{DATA}/limits"),
    }[endpoint]


def _queried(path: str, params: dict[str, str] | None = None) -> Asked:
    return Asked(
        "GET",
        path,
        params,
        headers=BATCH,
        ids=lambda answer: [row["Id"] for row in answer["records"]],
        after=lambda answer: None if answer["done"] else _queried(answer["nextRecordsUrl"]),
    )


def _results(path: str, locator: str = "") -> Asked:
    params = {"maxRecords": str(SIZE)} | ({"locator": locator} if locator else {})

    def next_page(answer: httpx.Response) -> Asked | None:
        found = answer.headers["sforce-locator"]
        return None if found == "null" else _results(path, found)

    return Asked(
        "GET",
        path,
        params,
        ids=lambda answer: answer.text.splitlines()[1:],
        after=next_page,
    )


def zendesk(endpoint: str, cursor: str = "") -> Asked:
    paths = {"me": "users/me", "user_identities": f"users/{ZENDESK_USER}/identities"}
    if endpoint in paths:
        return Asked("GET", f"/api/v2/{paths[endpoint]}.json")
    if endpoint == "deleted_users":
        return _deleted("/api/v2/deleted_users.json?per_page=1")
    params = {"per_page": str(SIZE)} | ({"cursor": cursor} if cursor else {"start_time": "0"})

    def next_page(answer: Any) -> Asked | None:
        return None if answer["end_of_stream"] else zendesk(endpoint, answer["after_cursor"])

    path = f"/api/v2/incremental/{endpoint}/cursor.json"
    return Asked("GET", path, params, ids=ids_of(endpoint), after=next_page)


def _deleted(url: str) -> Asked:
    def next_page(answer: Any) -> Asked | None:
        return _deleted(answer["next_page"]) if answer["next_page"] else None

    return Asked("GET", url, ids=ids_of("deleted_users"), after=next_page)
