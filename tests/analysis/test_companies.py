"""Companies of two shops and two CRMs: which are one, by what, and what becomes of their keys."""

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from analysis import companies, identity
from analysis.identity_history import ASSIGNMENTS
from analysis.identity_tables import DECISIONS, LINKS

MONDAY = datetime(2026, 10, 12, 6)
SHOP, OTHER_SHOP = ("shopify", "nordlicht-de", "1"), ("shopify", "nordlicht-world", "2")
MILL, MILL_BEFORE = ("hubspot", "crm", "501"), ("hubspot", "crm", "500")
BAKERY = ("hubspot", "crm", "777")
SALES_MILL = ("salesforce", "sales", "001")
EVERYBODY = (SHOP, OTHER_SHOP, MILL, MILL_BEFORE, BAKERY, SALES_MILL)
MIA, MAX = "ck_mia", "ck_max"
Company = tuple[str, str, str]


def link(one: Company, other: Company, rule: str) -> dict[str, Any]:
    names = ("system", "account", "source_id")
    return {
        **dict(zip(names, one, strict=True)),
        **{f"linked_{name}": value for name, value in zip(names, other, strict=True)},
        "rule": rule,
        "evidence": f"{other[1]}:{other[2]}",
        "valid_from": datetime(2026, 9, 1),
    }


MERGED = link(MILL_BEFORE, MILL, "vendor_merge")


def decision(word: str, one: Company, other: Company, day: int = 11) -> dict[str, Any]:
    names = link(one, other, word)
    kept = {name: value for name, value in names.items() if name in DECISIONS.names}
    return kept | {
        "decision": word,
        "decided_by": "ines",
        "decided_at": datetime(2026, 10, day),
    }


class Nights:
    """What `raw_identity` holds of companies, night after night."""

    def __init__(self) -> None:
        self.tables = {name: schema.empty_table() for name, schema in companies.SCHEMAS.items()}
        self.as_of = MONDAY

    def night(
        self,
        *people: tuple[Company, str, bool],
        links: tuple[dict, ...] = (MERGED,),
        decided: tuple[dict, ...] = (),
    ) -> identity.Resolution:
        """``people``: company, the person's key, whether it bought; each a record of its own."""
        persons = [
            ("person", "anywhere", f"{key}-{place}") for place, (_, key, _) in enumerate(people)
        ]
        assigned = [
            (*person, key, "vendor_id", "x", MONDAY, MONDAY)
            for person, (_, key, _) in zip(persons, people, strict=True)
        ]
        seen = [datetime(2026, 9, 1 + place) for place in range(len(EVERYBODY))]
        columns = [*zip(*EVERYBODY, strict=True), seen]
        found = identity.resolve(
            companies.records(
                pa.table([list(column) for column in columns], schema=companies.COMPANIES),
                pa.Table.from_pylist(list(links), schema=LINKS),
                rows(
                    [(*one[0], *p, one[2]) for one, p in zip(people, persons, strict=True)],
                    companies.PEOPLE,
                ),
                rows(assigned, ASSIGNMENTS),
                pa.Table.from_pylist(list(decided), schema=DECISIONS),
            ),
            companies.history(self.tables),
            as_of=self.as_of,
            hash_key="a key for tests",
            prefix=companies.PREFIX,
        )
        for log, table in companies.TABLES.items():
            new = companies.appended(log, getattr(found, log))
            self.tables[table] = pa.concat_tables([self.tables[table], new])
        self.as_of += timedelta(days=1)
        return found

    def keys(self) -> dict[Company, str]:
        log = sorted(
            self.tables["company_assignments"].to_pylist(), key=lambda row: row["recorded_at"]
        )
        return {
            (row["system"], row["account"], row["source_id"]): row["company_key"] for row in log
        }

    def rule(self, company: Company) -> str:
        log = sorted(
            self.tables["company_assignments"].to_pylist(), key=lambda row: row["recorded_at"]
        )
        found = [r["rule"] for r in log if (r["system"], r["account"], r["source_id"]) == company]
        return found[-1]


def rows(given: list[tuple], schema: pa.Schema) -> pa.Table:
    columns = zip(*given, strict=True) if given else [[] for _ in schema]
    return pa.table([list(column) for column in columns], schema=schema)


def test_companies_of_two_shops_meet_in_the_crms_company_of_their_buyers() -> None:
    memory = Nights()
    memory.night(
        (SHOP, MIA, True), (OTHER_SHOP, MAX, True), (MILL, MIA, False), (MILL_BEFORE, MAX, False)
    )
    keys = memory.keys()
    assert len({keys[one] for one in (SHOP, OTHER_SHOP, MILL, MILL_BEFORE)}) == 1
    assert keys[SHOP].startswith("co_")
    assert keys[BAKERY] != keys[SHOP] != keys[SALES_MILL]
    assert (memory.rule(SHOP), memory.rule(MILL_BEFORE)) == ("shared_buyers", "vendor_merge")


def test_buyers_whom_a_crm_has_with_two_companies_join_neither() -> None:
    memory = Nights()
    memory.night((SHOP, MIA, True), (SHOP, MAX, True), (MILL, MIA, False), (BAKERY, MAX, False))
    assert memory.rule(SHOP) == "vendor_id"


def test_each_crm_that_has_all_buyers_with_one_company_joins() -> None:
    memory = Nights()
    memory.night((SHOP, MIA, True), (MILL, MIA, False), (SALES_MILL, MIA, False))
    keys = memory.keys()
    assert keys[SHOP] == keys[MILL] == keys[SALES_MILL]


def test_a_second_crm_joins_by_the_shops_id_that_it_names_and_moves_no_key() -> None:
    memory = Nights()
    people = ((SHOP, MIA, True), (MILL, MIA, False))
    memory.night(*people)
    before = memory.keys()
    memory.night(*people, links=(MERGED, link(SALES_MILL, SHOP, "vendor_link")))
    after = memory.keys()
    assert after[SALES_MILL] == after[SHOP] == before[SHOP]
    assert memory.tables["company_redirects"]["from_company_key"].to_pylist() == [
        before[SALES_MILL]
    ]


def test_what_a_buyer_joined_comes_apart_when_the_crm_moves_them_and_gets_its_key_back() -> None:
    memory = Nights()
    memory.night((SHOP, MIA, True))
    apart = memory.keys()
    memory.night((SHOP, MIA, True), (MILL, MIA, False))
    assert len(set(memory.keys().values())) == len(set(apart.values())) - 1
    memory.night((SHOP, MIA, True))
    assert memory.keys() == apart


def test_a_steward_joins_two_companies_and_what_is_undone_is_as_it_was() -> None:
    memory = Nights()
    memory.night()
    apart = memory.keys()
    linked = decision("link", BAKERY, SALES_MILL)
    memory.night(decided=(linked,))
    joined = memory.keys()
    assert joined[BAKERY] == joined[SALES_MILL] == apart[BAKERY]
    assert memory.rule(BAKERY) == "reviewed_link"
    [told] = [row for row in memory.tables["company_edges"].to_pylist() if row["source"] == "ines"]
    assert (told["source_id"], told["linked_source_id"]) == (BAKERY[2], SALES_MILL[2])
    [moved] = memory.tables["company_redirects"].to_pylist()
    assert (moved["from_company_key"], moved["to_company_key"]) == (
        apart[SALES_MILL],
        apart[BAKERY],
    )
    undone = (linked, decision("cannot_link", SALES_MILL, BAKERY, day=13))
    memory.night(decided=undone)
    assert memory.keys() == apart
    found = memory.night(decided=undone)
    assert {log for log in companies.TABLES if getattr(found, log).num_rows} == set()


def test_companies_that_must_not_be_one_come_apart_whatever_joined_them() -> None:
    memory = Nights()
    people = ((SHOP, MIA, True), (MILL, MIA, False))
    memory.night(*people)
    assert memory.keys()[SHOP] == memory.keys()[MILL]
    memory.night(*people, decided=(decision("cannot_link", SHOP, MILL),))
    keys = memory.keys()
    assert keys[SHOP] != keys[MILL] == keys[MILL_BEFORE]


def test_buyers_of_two_companies_that_a_steward_joined_join_it() -> None:
    people = ((SHOP, MIA, True), (SHOP, MAX, True), (MILL, MIA, False), (BAKERY, MAX, False))
    memory = Nights()
    memory.night(*people, decided=(decision("link", BAKERY, MILL),))
    keys = memory.keys()
    assert keys[SHOP] == keys[MILL] == keys[BAKERY]


def test_buyers_of_a_merged_company_that_a_steward_took_apart_join_neither() -> None:
    people = ((SHOP, MIA, True), (SHOP, MAX, True), (MILL, MIA, False), (MILL_BEFORE, MAX, False))
    memory = Nights()
    memory.night(*people, decided=(decision("cannot_link", MILL_BEFORE, MILL),))
    assert memory.rule(SHOP) == "vendor_id"
