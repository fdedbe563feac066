"""Salesforce into raw: increments, merges, deletions, bulk jobs; faults healed or loud, never an answer."""

import logging
from collections.abc import Iterator

import pytest
from starlette.responses import Response

from ingestion import salesforce_bulk, salesforce_queries, sweep
from ingestion.errors import IncompleteLoad, MissingScope, MissingSecret, VendorError
from ingestion.group import Account
from ingestion.load import LoadResult
from ingestion.load_apart import LoadApart
from tests.ingestion.conftest import HURRIED, Warehouse, account_of
from tests.ingestion.tiny_org import DATA, SECRET, TinyOrg, contact, open_org, record, refusal

LATER = "2026-10-15T06:10:00.000+0000"
LATEST = "2026-10-15T07:10:00.000+0000"
HOUR_LATER = "Thu, 15 Oct 2026 07:00:00 GMT"
TWO_LATER = "Thu, 15 Oct 2026 08:00:00 GMT"
ID = "0035g0000000001AAA"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_SECRET", SECRET)


@pytest.fixture
def org() -> Iterator[TinyOrg]:
    with open_org(TinyOrg()) as opened:
        yield opened


def org_account(org: TinyOrg, name: str = "sales") -> Account:
    return account_of(org.base_url, name, "salesforce")


def load(warehouse: Warehouse, org: TinyOrg) -> LoadResult:
    return warehouse.load(org_account(org))


def newest(warehouse: Warehouse, columns: str, table: str = "contacts") -> list[tuple]:
    return warehouse.query(
        f"select {columns} from raw_salesforce.{table} qualify row_number() over (partition by account,"
        " id order by _version_at desc, _received_at desc, _version_hash desc) = 1 order by id"
    )


def completeness(result: LoadResult) -> dict[str, tuple[int | None, int]]:
    return {check.stream: (check.expected, check.landed) for check in result.completeness}


def test_records_land_as_salesforce_wrote_them(org: TinyOrg, warehouse: Warehouse):
    org.contacts = [contact(1, Phone="030 1", Shopify_Customer_Id__c="de:901", DoNotCall=True)]
    org.leads = [record("Lead", 2, IsConverted=True, ConvertedContactId=ID)]
    org.accounts = [record("Account", 3, Name="Nord", ParentId="0015g0000000009AAA")]
    result = load(warehouse, org)
    assert newest(
        warehouse,
        "id, email, phone, shopify_customer_id__c, do_not_call, is_deleted, _version_at::varchar",
    ) == [(ID, "p1@example.de", "030 1", "de:901", True, False, "2026-10-01 10:00:00")]
    assert newest(warehouse, "converted_contact_id, is_converted", "leads") == [(ID, True)]
    assert newest(warehouse, "name, parent_id", "accounts") == [("Nord", "0015g0000000009AAA")]
    assert completeness(result) == {
        f"{before}{table}": (0, 0) if before else (1, 1)
        for table in ("accounts", "contacts", "leads")
        for before in ("", "deleted_")
    }
    assert result.dead_letters == 0


def test_run_twice_nothing_new_is_claimed_and_only_news_is_asked_for(
    org: TinyOrg, warehouse: Warehouse
):
    org.contacts = [contact(n, f"2026-10-{n:02d}T00:00:00.000+0000") for n in range(1, 11)]
    org.contacts.append(contact(11, "2026-10-15T05:59:00.000+0000"))
    load(warehouse, org)
    before = warehouse.query(
        "select distinct _version_hash from raw_salesforce.contacts order by 1"
    )
    org.seen.clear()
    result = load(warehouse, org)
    assert warehouse.query(
        "select distinct _version_hash from raw_salesforce.contacts order by 1"
    ) == (before)
    assert result.rows["contacts"] == 1  # the newest, again: the overlap
    assert any("SystemModstamp >= 2026-10-15T05:50:00.000Z" in q for q in org.asked(DATA))


def test_a_merge_chained_then_undone_is_told_version_by_version(org: TinyOrg, warehouse: Warehouse):
    org.contacts = [contact(n) for n in (1, 2, 3)]
    load(warehouse, org)
    second, third = org.contacts[1]["Id"], org.contacts[2]["Id"]
    org.clock = HOUR_LATER
    org.contacts[0] = contact(1, LATER, IsDeleted=True, MasterRecordId=second)
    org.contacts[1] = contact(2, LATER, IsDeleted=True, MasterRecordId=third)
    load(warehouse, org)
    assert newest(warehouse, "is_deleted, master_record_id") == [
        *((True, second), (True, third), (False, None))
    ]
    org.clock = TWO_LATER
    org.contacts[0] = contact(1, LATEST)
    load(warehouse, org)
    assert newest(warehouse, "is_deleted, master_record_id")[0] == (False, None)
    assert newest(warehouse, "is_deleted, master_record_id")[1] == (True, third)


def test_what_left_the_recycle_bin_between_two_loads_gets_a_tombstone(
    org: TinyOrg, warehouse: Warehouse
):
    org.contacts = [contact(1), contact(2), contact(3, "2026-10-10T00:00:00.000+0000")]
    load(warehouse, org)
    org.clock = HOUR_LATER
    org.emptied["Contact"] = [(org.contacts[0]["Id"], LATER), (org.contacts[1]["Id"], LATER)]
    org.contacts = [contact(2, LATER, IsDeleted=True), org.contacts[2]]
    result = load(warehouse, org)
    assert newest(warehouse, "_deleted, is_deleted") == [
        (True, None),
        (False, True),
        (False, False),
    ]
    assert completeness(result)["deleted_contacts"] == (2, 2)


@pytest.mark.soak
def test_a_load_after_a_long_pause_says_that_a_sweep_is_due(
    org: TinyOrg, warehouse: Warehouse, caplog: pytest.LogCaptureFixture
):
    org.contacts = [contact(1)]
    load(warehouse, org)
    org.clock = "Sun, 15 Nov 2026 06:00:00 GMT"
    with caplog.at_level(logging.WARNING):
        load(warehouse, org)
    assert "concord sweep salesforce" in caplog.text


@pytest.mark.soak
def test_many_rows_are_read_as_a_job_and_land_as_the_pages_would(
    org: TinyOrg, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    org.contacts = [
        contact(n, FirstName='Ada "A", B\nC' if n == 3 else None, HasOptedOutOfEmail=n % 2 == 0)
        for n in range(1, 12)
    ]
    org.size = 4
    load(warehouse, org)
    monkeypatch.setattr(salesforce_queries, "BULK_FROM", 5)
    bulk = Warehouse(warehouse.path.with_name("bulk.duckdb"))
    result = load(bulk, org)
    columns = "* exclude (_dlt_load_id, _received_at)"
    assert newest(bulk, columns) == newest(warehouse, columns)
    assert completeness(result)["contacts"] == (11, 11)
    assert len(org.asked(f"{DATA}/jobs/query")) == 1 + 1 + 3  # made, looked at, three sets
    assert org.size < salesforce_bulk.MOST


@pytest.mark.parametrize("bulk", [False, True], ids=["pages", "job"])
@pytest.mark.parametrize("fault", ["missing", "duplicate"])
@pytest.mark.parametrize("page", [0, 1, 2])
@pytest.mark.soak
def test_a_page_that_is_wrong_is_read_again(
    org: TinyOrg,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    page: int,
    bulk: bool,
):
    monkeypatch.setattr(salesforce_queries, "BULK_FROM", 5 if bulk else 100)
    org.contacts, org.size = [contact(n) for n in range(1, 12)], 4
    # Accounts come before contacts; each count is a query too, and none of them is a page.
    org.pages = ["none"] * (1 + page) + [fault]
    result = load(warehouse, org)
    assert completeness(result)["contacts"] == (11, 11)
    assert warehouse.query("select count(distinct id) from raw_salesforce.contacts") == [(11,)]


@pytest.mark.soak
def test_records_that_never_come_end_the_load_and_keep_nothing(org: TinyOrg, warehouse: Warehouse):
    org.contacts, org.size = [contact(n) for n in range(1, 12)], 4
    org.pages = ["none"] + ["missing"] * 40
    with pytest.raises(IncompleteLoad, match="contacts"):
        load(warehouse, org)
    org.pages = []
    assert load(warehouse, org).rows["contacts"] == 11


@pytest.mark.parametrize(
    "response",
    [
        refusal(500, "UNKNOWN_EXCEPTION"),
        refusal(503, "SERVER_UNAVAILABLE"),
        refusal(429, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."),
        Response(b"<html>busy</html>"),
    ],
    ids=["500", "503", "429", "html"],
)
@pytest.mark.soak
def test_a_passing_fault_is_tried_again(org: TinyOrg, warehouse: Warehouse, response: Response):
    org.contacts = [contact(1)]
    org.moods = [lambda path, given: response if path.endswith("/queryAll") else None] * 2
    assert load(warehouse, org).rows["contacts"] == 1


@pytest.mark.soak
def test_a_session_that_ended_is_renewed(org: TinyOrg, warehouse: Warehouse):
    org.contacts = [contact(1)]
    ended = refusal(401, "INVALID_SESSION_ID")
    org.moods = [lambda path, given: ended if "COUNT()" in given else None]
    assert load(warehouse, org).rows["contacts"] == 1
    assert org.sessions == 2


def test_a_field_the_user_may_not_read_is_named(org: TinyOrg, warehouse: Warehouse):
    org.hidden = {"Lead.HasOptedOutOfEmail"}
    with pytest.raises(MissingScope, match=r"Lead, every record.*'HasOptedOutOfEmail' on entity"):
        load(warehouse, org)
    assert not any("COUNT()" in asked for asked in org.asked(DATA))  # before anything was read


def test_a_connected_app_without_api_is_told_so(org: TinyOrg, warehouse: Warehouse):
    org.scope = "openid web"
    with pytest.raises(MissingScope, match="has no 'api' among its OAuth scopes"):
        load(warehouse, org)


@pytest.mark.soak
def test_what_the_app_may_beside_is_said(org: TinyOrg, warehouse: Warehouse):
    org.scope = "api full"
    assert load(warehouse, org).needless_scopes == ("full",)


@pytest.mark.soak
def test_the_orgs_calls_are_budgeted_and_none_is_made_when_they_are_spent(
    org: TinyOrg, warehouse: Warehouse
):
    org.contacts = [contact(1)]
    load(warehouse, org)
    used = warehouse.query(
        "select api, period, allowed, used, status from raw_salesforce.api_usage"
    )
    assert used == [("account", "day", 15_000, org.used, "ok")]
    org.used = org.allowed - 3
    org.seen.clear()
    with pytest.raises(VendorError, match=r"15000 calls of 24 hours are used up"):
        load(warehouse, org)
    assert len(org.seen) == 3


@pytest.mark.soak
def test_a_refusal_for_want_of_calls_says_when_to_come_again(org: TinyOrg, warehouse: Warehouse):
    org.moods = [lambda path, given: refusal(403, "REQUEST_LIMIT_EXCEEDED")]
    with pytest.raises(VendorError, match="come back as the 24 hours move on"):
        load(warehouse, org)
    assert len(org.seen) == 1


@pytest.mark.parametrize("said", ["no-colon", "wrong:pair"])
@pytest.mark.soak
def test_a_secret_that_is_none_is_named(
    org: TinyOrg, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, said: str
):
    monkeypatch.setenv("TINY_SECRET", said)
    with pytest.raises((MissingSecret, VendorError), match="TINY_SECRET"):
        load(warehouse, org)


@pytest.mark.soak
def test_each_org_has_its_own_cursor(org: TinyOrg, warehouse: Warehouse):
    org.contacts = [contact(1), contact(2)]
    load(warehouse, org)
    result = warehouse.load(org_account(org, "sales-of-the-other-brand"))
    assert completeness(result)["contacts"] == (2, 2)


@pytest.mark.soak
def test_a_value_that_is_no_date_is_a_dead_letter_and_the_rest_lands(
    org: TinyOrg, warehouse: Warehouse
):
    org.contacts = [contact(1, Email_Opt_Out_Date__c="yesterday"), contact(2)]
    result = load(warehouse, org)
    assert result.dead_letters == 1
    assert warehouse.query("select reason from raw_salesforce.dead_letters") == [
        ("contacts.Email_Opt_Out_Date__c: 'yesterday' is not timestamp",)
    ]


@pytest.mark.soak
def test_a_sweep_fetches_what_is_missing_and_buries_what_is_gone(
    org: TinyOrg, warehouse: Warehouse
):
    org.contacts = [contact(1), contact(2), contact(3, IsDeleted=True)]
    load(warehouse, org)
    del org.contacts[1:]  # the third was deleted before, and left the recycle bin since
    org.contacts.append(contact(4, "2026-01-02T00:00:00.000+0000"))
    apart = LoadApart(org_account(org), "sweep", warehouse.workdir, warehouse.path, HURRIED)
    report = sweep.extract(apart, sweep.known_of(org_account(org), warehouse.path))
    apart.write()
    (swept,) = (one for one in report if one.stream == "contacts")
    assert (swept.listed, swept.missing, swept.gone) == (2, 1, 1)
    assert newest(warehouse, "_deleted") == [(False,), (True,), (False,), (False,)]
