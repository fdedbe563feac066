"""HubSpot in a bad mood: healed where it passes, loud where it lasts, never mistaken for an answer."""

import logging
from collections.abc import Iterator

import pytest
from starlette.responses import Response

from ingestion import hubspot_api, hubspot_lists
from ingestion.errors import IncompleteLoad, MissingScope, MissingSecret, VendorError
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.tiny_crm import (
    BATCH_READ,
    MANY_SEARCHES,
    Mood,
    TinyCrm,
    answer,
    archived,
    contact,
    cut,
    open_crm,
    refusal,
)

CONTACTS = "/crm/v3/objects/contacts"
LATER = "2026-10-12T09:00:00.000Z"
PAGE_FAULTS = ("missing", "duplicate", "reordered")


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_SECRET", "pat-eu1-tiny")


@pytest.fixture
def crm(monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyCrm]:
    monkeypatch.setattr(hubspot_lists, "LISTED", 3)
    monkeypatch.setattr(hubspot_lists, "SEARCHED", 3)
    monkeypatch.setattr(hubspot_api, "SEARCHES", MANY_SEARCHES)
    with open_crm(TinyCrm()) as opened:
        opened.contacts = [contact(n) for n in range(1, 12)]
        opened.members = {str(n): {"70": ["Primary"]} for n in range(1, 12)}
        yield opened


def load(warehouse: Warehouse, crm: TinyCrm):
    return warehouse.load(account_of(crm.base_url, "crm", "hubspot"))


def once(response: Response, at: str = CONTACTS) -> Mood:
    return lambda path, given: response if path == at else None


def contacts(warehouse: Warehouse) -> int:
    return warehouse.query("select count(distinct id) from raw_hubspot.contacts")[0][0]


@pytest.mark.parametrize("at", [CONTACTS, f"{CONTACTS}/search", BATCH_READ])
@pytest.mark.parametrize(
    "response",
    [
        refusal(429, policyName="TEN_SECONDLY_ROLLING", errorType="RATE_LIMIT"),
        Response(status_code=429, headers={"Retry-After": "0.05"}),
        refusal(500),
        Response(b"<html>busy</html>"),
        answer(["no object"]),
        cut({"results": [], "total": 0, "paging": None}),
        cut(),
    ],
    ids=["429", "429-retry-after", "500", "html", "list", "half-a-body", "no-body"],
)
def test_a_passing_fault_is_tried_again(
    crm: TinyCrm, warehouse: Warehouse, at: str, response: Response
):
    crm.moods = [once(response, at), once(response, at)]
    load(warehouse, crm)
    assert contacts(warehouse) == 11
    assert warehouse.count("hubspot.contact_companies") == 11


@pytest.mark.parametrize("at", [CONTACTS, f"{CONTACTS}/search", BATCH_READ])
def test_a_lasting_fault_ends_the_load_and_keeps_nothing(
    crm: TinyCrm, warehouse: Warehouse, at: str
):
    crm.moods = [once(refusal(502), at) for _ in range(20)]
    with pytest.raises(VendorError, match=r"still fails after 4 tries \(answer 502\)"):
        load(warehouse, crm)
    crm.moods = []
    assert load(warehouse, crm).rows["contacts"] == 11


@pytest.mark.parametrize("fault", PAGE_FAULTS)
@pytest.mark.parametrize("page", [0, 1, 3])
def test_a_list_whose_page_was_wrong_is_read_again(
    crm: TinyCrm, warehouse: Warehouse, fault: str, page: int
):
    crm.pages = ["none"] * page + [fault]
    result = load(warehouse, crm)
    assert (contacts(warehouse), result.rows["contacts"]) == (11, 11)
    assert warehouse.count("hubspot.contact_companies") == 11


@pytest.mark.parametrize("fault", PAGE_FAULTS)
@pytest.mark.parametrize("page", [0, 1])
def test_a_search_whose_page_was_wrong_is_read_again(
    crm: TinyCrm, warehouse: Warehouse, fault: str, page: int
):
    load(warehouse, crm)
    crm.contacts += [contact(n, LATER) for n in range(12, 20)]
    crm.pages = ["none"] * page + [fault]
    load(warehouse, crm)
    assert contacts(warehouse) == 19


@pytest.mark.parametrize("fault", PAGE_FAULTS)
@pytest.mark.parametrize("page", [0, 1, 4, 5])
def test_the_recycle_bin_is_read_until_two_readings_agree(
    crm: TinyCrm, warehouse: Warehouse, fault: str, page: int
):
    crm.contacts = [archived(contact(n), LATER) for n in range(1, 12)]
    crm.pages = ["none"] * (1 + page) + [fault]  # the first page is that of those not archived
    load(warehouse, crm)
    assert contacts(warehouse) == 11


def test_a_page_lost_in_both_readings_of_the_recycle_bin_is_missed(
    crm: TinyCrm, warehouse: Warehouse
):
    crm.contacts = [archived(contact(n), LATER) for n in range(1, 4)]
    crm.pages = ["none", "missing", "missing"]
    load(warehouse, crm)
    assert contacts(warehouse) == 3


@pytest.mark.parametrize("fault", ["missing", "duplicate"])
def test_pages_that_stay_wrong_end_the_load_and_the_cursor_stays(
    crm: TinyCrm, warehouse: Warehouse, fault: str
):
    load(warehouse, crm)
    crm.contacts += [contact(n, LATER) for n in range(12, 20)]
    crm.pages = [fault] * 50
    with pytest.raises(IncompleteLoad, match=r"hubspot crm, contacts: .* in each of 4 readings"):
        load(warehouse, crm)
    assert contacts(warehouse) == 11
    crm.pages = []
    load(warehouse, crm)
    assert contacts(warehouse) == 19


def test_a_contact_that_changes_while_a_search_is_read_passes_no_other_over(
    crm: TinyCrm, warehouse: Warehouse
):
    load(warehouse, crm)
    crm.contacts += [contact(n, LATER) for n in range(12, 20)]

    def changes(path: str, given: dict) -> None:
        if path.endswith("/search") and given.get("after") == "9":
            crm.moods.clear()
            crm.contacts[0] = contact(1, "2026-10-15T06:00:07.000Z")

    crm.moods = [changes]
    load(warehouse, crm)
    assert contacts(warehouse) == 19


def test_a_list_shorter_than_the_search_counts_is_not_whole(crm: TinyCrm, warehouse: Warehouse):
    empty = answer({"results": []})
    crm.moods = [once(empty) for _ in range(4)]
    with pytest.raises(IncompleteLoad, match="0 came of 11 promised in each of 4 readings"):
        load(warehouse, crm)
    assert load(warehouse, crm).rows["contacts"] == 11


def test_an_empty_page_where_more_was_promised_is_no_end(crm: TinyCrm, warehouse: Warehouse):
    more = answer({"results": [], "paging": {"next": {"after": "3"}}})
    crm.moods = [once(more)]
    assert load(warehouse, crm).rows["contacts"] == 11


def test_a_contact_hubspot_says_nothing_of_is_asked_for_again(crm: TinyCrm, warehouse: Warehouse):
    silent = answer({"status": "COMPLETE", "results": []})
    crm.moods = [once(silent, BATCH_READ)]
    load(warehouse, crm)
    assert warehouse.count("hubspot.contact_companies") == 11
    crm.contacts = [contact(1, LATER)]
    crm.moods = [once(silent, BATCH_READ) for _ in range(4)]
    with pytest.raises(IncompleteLoad, match="nothing of the companies of 1 contacts, 1 among"):
        load(warehouse, crm)


@pytest.mark.parametrize(
    ("at", "named", "said"),
    [
        (f"{CONTACTS}/search", ["crm.objects.contacts.read"], "no crm.objects.contacts.read"),
        (BATCH_READ, [], "no crm.objects.companies.read"),
        ("/crm/v3/objects/companies", ["crm.a", "crm.b"], "no crm.a, crm.b"),
    ],
)
def test_a_missing_scope_is_named(
    crm: TinyCrm, warehouse: Warehouse, at: str, named: list[str], said: str
):
    errors = [{"message": "one of", "context": {"requiredGranularScopes": named}}]
    crm.moods = [once(refusal(403, category="MISSING_SCOPES", errors=errors), at)]
    with pytest.raises(MissingScope, match=rf"{said} \(403 at {at}\).*Nothing was loaded"):
        load(warehouse, crm)
    assert load(warehouse, crm).rows["contacts"] == 11


def test_the_days_requests_are_told_and_none_is_sent_when_none_is_left(
    crm: TinyCrm, warehouse: Warehouse, caplog: pytest.LogCaptureFixture
):
    crm.left = 500
    with caplog.at_level(logging.INFO):
        load(warehouse, crm)
    assert "hubspot crm: 489 of 650000 requests left today" in caplog.text
    crm.left = 1
    crm.contacts.append(contact(20, LATER))
    crm.seen.clear()
    with pytest.raises(
        VendorError, match=r"2026-10-16 00:00 Europe/Berlin \(2026-10-15T22:00Z\): load again then"
    ):
        load(warehouse, crm)
    counted = [path for path, _ in crm.seen if not path.endswith("/search")]
    assert len(counted) == 1
    assert contacts(warehouse) == 11


def test_a_daily_limit_is_not_tried_again(crm: TinyCrm, warehouse: Warehouse):
    crm.moods = [once(refusal(429, policyName="DAILY", errorType="RATE_LIMIT"))]
    with pytest.raises(VendorError, match="the day's requests"):
        load(warehouse, crm)
    assert len(crm.asked(CONTACTS)) == 1


@pytest.mark.parametrize(
    ("secret", "error", "said"),
    [
        ("", MissingSecret, "TINY_SECRET isn't set; hubspot crm needs it"),
        ("pat-eu1-ended", VendorError, r"refuses the secret in TINY_SECRET \(401"),
    ],
)
def test_a_secret_that_does_not_work_is_named_and_never_shown(
    crm: TinyCrm,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    secret: str,
    error: type[Exception],
    said: str,
):
    monkeypatch.setenv("TINY_SECRET", secret)
    with pytest.raises(error, match=said) as caught:
        load(warehouse, crm)
    assert not secret or secret not in str(caught.value)


def test_a_search_that_counts_nothing_proves_nothing(crm: TinyCrm, warehouse: Warehouse):
    crm.moods = [once(answer({"results": []}), f"{CONTACTS}/search")]
    with pytest.raises(IncompleteLoad, match="contacts: a search without 'total'"):
        load(warehouse, crm)


def test_neither_token_nor_person_reaches_a_log_or_an_error(
    crm: TinyCrm, warehouse: Warehouse, caplog: pytest.LogCaptureFixture
):
    crm.left = 500
    del crm.contacts[0]["id"]
    crm.contacts[1]["createdAt"] = "yesterday"
    crm.pages = ["duplicate"] * 50
    with caplog.at_level(logging.DEBUG), pytest.raises(IncompleteLoad) as caught:
        load(warehouse, crm)
    crm.pages = []
    with caplog.at_level(logging.DEBUG):
        load(warehouse, crm)
    told = caplog.text + str(caught.value)
    assert "came twice" in told
    assert [word for word in ("pat-eu1-tiny", "person-", "@example.de") if word in told] == []
