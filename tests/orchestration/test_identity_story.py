"""Why a record is whose it is, and what was known earlier: real resolutions, read as the commands read them."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration import identity_as_of, identity_story
from tests.analysis.people import MONDAY, Decision, Link, Memory, Record, guest, payer

ADA = Record("901", "ada@example.com", seen=datetime(2026, 9, 1))
ADA_AS_GUEST = guest("3", "ada@example.com", seen=datetime(2026, 9, 9))
BEN = Record("902", "ben@example.com", seen=datetime(2026, 9, 2))
BEN_PAYS = payer("cus_ben", seen=datetime(2026, 9, 3))
PEOPLE = [ADA, ADA_AS_GUEST, BEN, BEN_PAYS]

# What the models of these names do with the logs, for the columns that the commands read.
MARTS = """
    create schema marts;
    create table marts.id_map as
        select *, lead(valid_from) over spans as valid_to, lead(recorded_at) over spans as superseded_at,
            lead(recorded_at) over spans is null as is_current
        from assignments window spans as (partition by system, account, source_id order by recorded_at);
    create table marts.identity_evidence as
        select * from edges anti join (select * from edges where valid_to is not null) as ended
            using (system, account, source_id, rule, evidence);
    create table marts.company_map as select *, valid_from as recorded_at from (values
        ('shopify', 'nordlicht-de', '7', 'co_mill', 'shared_buyers', 'crm:500'),
        ('hubspot', 'crm', '500', 'co_mill', 'vendor_merge', 'crm:501'),
        ('hubspot', 'crm', '501', 'co_mill', 'vendor_id', '501'),
        ('shopify', 'nordlicht-de', '901', 'co_bakery', 'vendor_id', '901')
    ) as of_mill (system, account, source_id, company_key, rule, evidence),
        (select timestamp '2026-09-01' as valid_from, null::timestamp as valid_to, true as is_current);
    insert into marts.company_map values
        ('hubspot', 'crm', '501', 'co_old', 'vendor_id', '501', '2026-08-01', '2026-09-01', false, '2026-08-01');
    create table marts.company_evidence as
        select *, 'crm' as linked_account, null::timestamp as valid_to, timestamp '2026-09-01' as valid_from
        from (values
            ('shopify', 'nordlicht-de', '7', 'hubspot', '501', 'reviewed_link', 'crm:501'),
            ('shopify', 'nordlicht-de', '7', 'hubspot', '500', 'shared_buyers', 'crm:500')
        ) as told (system, account, source_id, linked_system, linked_source_id, rule, evidence);
    create table marts.company_redirects as
        select 'co_old' as from_company_key, 'co_mill' as to_company_key;
    create table marts.customer_redirects as
        select from_customer_key, arg_max(to_customer_key, redirected_at) as to_customer_key
        from redirects group by 1 having from_customer_key <> to_customer_key;
"""


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[datetime, dict]]:
    """A merge by decision on the second night, undone on the third; the file and each night's keys."""
    memory, keys = Memory(), {}
    link = Decision("link", BEN, ADA, at=MONDAY + timedelta(hours=5))
    for decided in ([], [link], []):
        day = memory.as_of
        memory.night(PEOPLE, [Link(BEN_PAYS, BEN)], decided=decided)
        keys[day] = memory.keys()
        if decided:
            _publish(memory, merged := tmp_path_factory.mktemp("merged") / "published.duckdb")
    _publish(memory, file := merged.with_name("later.duckdb"))
    return file, keys


def _publish(memory: Memory, file: Path) -> None:
    with duckdb.connect(str(file)) as con:
        for log in ("assignments", "edges", "redirects"):
            con.register(log, getattr(memory.history, log))
        con.execute(MARTS)


def test_the_path_leads_over_each_piece_of_evidence(
    nights: tuple[Path, dict[datetime, dict]],
) -> None:
    merged = nights[0].with_name("published.duckdb")
    story = identity_story.explain(merged, "nordlicht-de:901")
    assert len(story.records) == 4
    path = story.paths["stripe", "payments-gmbh", "cus_ben"]
    assert [step.rule for step in path] == ["vendor_link", "reviewed_link"]
    assert [step.rule for step in story.paths["shopify", "nordlicht-de", "order:3"]] == ["email"]


def test_a_key_that_was_merged_away_is_followed(nights: tuple[Path, dict[datetime, dict]]) -> None:
    file, keys = nights
    ben_key = keys[MONDAY][BEN.name]
    story = identity_story.explain(file.with_name("published.duckdb"), ben_key)
    assert (story.redirected_from, story.key) == (ben_key, keys[MONDAY][ADA.name])
    # Undone, it is a customer of its own again.
    again = identity_story.explain(file, ben_key)
    assert (again.redirected_from, len(again.records)) == (None, 2)


def test_each_night_is_answered_as_it_was_then(
    nights: tuple[Path, dict[datetime, dict]], tmp_path: Path
) -> None:
    file, keys = nights
    for day, known in keys.items():
        out = tmp_path / f"{day:%d}.parquet"
        records, customers = identity_as_of.as_of(file, day + timedelta(hours=1), out=out)
        assert (records, customers) == (len(known), len({*known.values()}))
        found = duckdb.execute(f"select account, source_id, customer_key from '{out}'").fetchall()
        assert {(account, source_id): key for account, source_id, key in found} == known


def test_by_what_is_known_now_a_record_held_from_its_first_day(
    nights: tuple[Path, dict[datetime, dict]],
) -> None:
    records, _ = identity_as_of.as_of(nights[0], datetime(2026, 9, 5), known_now=True)
    assert records == 2


@pytest.mark.parametrize("asked", ["co_mill", "co_old", "crm:501"])
def test_a_companys_records_lead_to_each_other_too(
    nights: tuple[Path, dict[datetime, dict]], asked: str
) -> None:
    story = identity_story.explain(nights[0], asked)
    assert (story.key, len(story.records)) == ("co_mill", 3)
    assert (story.redirected_from == "co_old") == (asked == "co_old")
    rules = {step.rule for path in story.paths.values() for step in path}
    assert (len(story.paths), rules) == (3, {"shared_buyers", "reviewed_link"})


def test_an_id_that_nobody_has_is_named(nights: tuple[Path, dict[datetime, dict]]) -> None:
    with pytest.raises(ValueError, match="nordlicht-de:999: no such record"):
        identity_story.explain(nights[0], "nordlicht-de:999")


def test_a_day_before_the_map_begins_says_when_it_does(
    nights: tuple[Path, dict[datetime, dict]],
) -> None:
    with pytest.raises(ValueError, match="id_map begins on 2026-10-12"):
        identity_as_of.as_of(nights[0], datetime(2026, 9, 5))


def test_a_record_that_is_gone_says_since_when_and_whose_it_was(
    nights: tuple[Path, dict[datetime, dict]], tmp_path: Path
) -> None:
    file = tmp_path / "published.duckdb"
    shutil.copy(nights[0], file)
    with duckdb.connect(str(file)) as con:
        con.execute(
            """update marts.id_map set is_current = false, valid_to = timestamp '2026-10-20'
            where source_id = 'order:3' and is_current"""
        )
    key = nights[1][MONDAY][ADA.name]
    with pytest.raises(ValueError, match=f"order:3 was .* away on 2026-10-20; it was {key}'s"):
        identity_story.explain(file, "nordlicht-de:order:3")
