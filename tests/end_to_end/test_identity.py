"""Who is who over all systems, on three worlds and a month later: the true persons, and keys that stay.

The worlds stand in the raw tables without HTTP, so each costs seconds; ``test_line`` has the whole line.
"""

from collections.abc import Callable, Iterator
from functools import cache

import duckdb
import pytest

from sandbox.world import build
from tests.dbt_project import warehouse as dbt
from tests.end_to_end import scorecard_identity
from tests.end_to_end.resolved_group import Group

pytestmark = pytest.mark.soak

SEEDS, DAYS, ORDERS, LATER = (11, 7, 3), 400, 600, 30
LINK_LIMIT = 20  # of the seed identity_limits
ADDRESS_IS_NONE = ("sales_malformed_email", "support_malformed_email")


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Group]]:
    """Each seed's group is built when it is first asked for."""
    folder = tmp_path_factory.mktemp("identity")

    @cache
    def of_seed(seed: int) -> Group:
        return Group(folder / str(seed), build(seed, DAYS, ORDERS)).resolve()

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_HASH_KEY", "a key for tests")
        yield of_seed


@pytest.fixture(scope="module")
def first(groups: Callable[[int], Group]) -> Group:
    return groups(SEEDS[0])


@pytest.fixture(scope="module")
def later(first: Group) -> Group:
    world = build(SEEDS[0], DAYS, ORDERS, advanced_days=LATER)
    return Group(first.folder.with_name("later"), world, first.warehouse).resolve()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_evidence_joins_is_together_and_nothing_else(
    groups: Callable[[int], Group], seed: int
) -> None:
    check(groups(seed), f"seed {seed}")


def test_a_month_later_too(later: Group) -> None:
    check(later, f"seed {SEEDS[0]}, {LATER} days later")


def check(group: Group, name: str) -> None:
    with group.beside_the_answers() as con:
        print(name, *scorecard_identity.lines(con), sep="\n")
        pairs = scorecard_identity.by_systems(con)
        wrong = scorecard_identity.wrong_merges(con)
        of_companies = scorecard_identity.companies(con)
    assert {row.systems for row in pairs} >= {"hubspot - salesforce", "shopify - zendesk", "stripe"}
    assert [(row.systems, row.found - row.right, row.missed) for row in pairs] == [
        (row.systems, 0, 0) for row in pairs
    ]
    assert pairs[-1].recall >= 0.97 * pairs[-1].ceiling
    assert wrong == (0, 0)
    assert (of_companies.found - of_companies.right, of_companies.missed) == (0, 0)
    # One that a CRM has twice, or that no shop sold to, has no evidence but its name.
    assert of_companies.ceiling >= 0.8
    assert of_companies.recall >= of_companies.ceiling


def test_a_couple_with_one_phone_is_two_customers_and_who_calls_from_it_is_neither(
    first: Group,
) -> None:
    found = first.of_case("couple_with_one_phone")
    assert len({key for key, *_ in found}) == len(found) == 3
    assert {others for *_, others in found} == {0}


def test_a_recycled_number_brings_nobody_its_former_owners_orders(first: Group) -> None:
    ((_, rule, others),) = first.of_case("recycled_number")
    assert (rule, others) == ("vendor_id", 0)


def test_a_number_with_its_owners_name_links_who_has_nothing_else(first: Group) -> None:
    ((_, rule, others),) = first.of_case("phone_links")
    assert (rule, others) == ("phone", 0)


def test_a_gift_recipient_is_not_who_paid(first: Group) -> None:
    ((key, _, others),) = first.of_case("gift_recipient")
    assert others == 0
    with first.beside_the_answers() as con:
        (buyers,) = con.execute(
            """select list(distinct m.customer_key) from tickets as t
            join person_records as r on r.person_id = t.order_person_id
            join p.marts.id_map as m on r.system = m.system and r.account = m.account
                and r.source_id = m.source_id and m.is_current
            join special_cases as c on c.object_id = t.ticket_id and c."case" = 'gift_recipient'"""
        ).fetchone() or ([],)
    assert buyers
    assert key not in buyers


@pytest.mark.parametrize("case", ["office_address", "office_phone"])
def test_an_office_is_as_many_customers_as_people(first: Group, case: str) -> None:
    found = first.of_case(case)
    assert len({key for key, *_ in found}) == len(found) > 2


def test_what_is_no_address_links_nobody_and_is_kept_and_counted(first: Group) -> None:
    found = first.of_case(*ADDRESS_IS_NONE, "phone_in_name")
    assert {(rule, others) for _, rule, others in found} == {("vendor_id", 0)}
    (counted,) = dbt.rows(
        first.warehouse,
        """select count(*) as records from intermediate.int_identity_nodes__unioned
        where has_malformed_email and node_kind in ('contact', 'lead', 'support_user')""",
    )
    assert (
        counted["records"] >= len(first.of_case(*ADDRESS_IS_NONE)) - 1
    )  # blanks are no address at all


def test_a_month_later_a_key_moved_only_along_a_redirect_or_away_from_a_shared_address(
    first: Group, later: Group
) -> None:
    with duckdb.connect() as con:
        con.execute(f"attach '{first.warehouse}' as was (read_only)")
        con.execute(f"attach '{later.warehouse}' as now (read_only)")
        con.execute(f"create view merges as from '{later.folder}/answers/customer_merges.parquet'")
        records, gone, moved, lost = con.execute(
            f"""with redirects as (
                   select from_customer_key as customer_key,
                       arg_max(to_customer_key, redirected_at) as to_customer_key
                   from now.raw_identity.redirects group by 1),
               shared as (
                   select email_normalized
                   from now.intermediate.int_identity_nodes__unioned
                   where email_normalized is not null
                   group by system, email_normalized having count(*) > {LINK_LIMIT})
               select count(*), count(*) filter (now.customer_key is null),
                   count(*) filter (now.customer_key <> was.customer_key),
                   count(*) filter (now.customer_key <> was.customer_key
                       and now.customer_key is distinct from redirects.to_customer_key
                       and coalesce(nodes.email_normalized, '') not in (from shared))
               from was.marts.id_map as was
               join was.intermediate.int_identity_nodes__unioned as nodes
                   using (system, account, source_id)
               left join now.marts.id_map as now
                   on was.system = now.system and was.account = now.account
                   and was.source_id = now.source_id and now.is_current
               left join redirects on redirects.customer_key = was.customer_key
               -- A second account that the shop merged away has no record in the later world.
               where was.is_current and (was.account, was.source_id) not in (
                   select (account, deleted_customer_id) from merges)"""
        ).fetchone() or (0, 0, 0, 0)
    assert records > ORDERS / 2
    assert (gone, lost) == (0, 0)
    assert moved < records / 20
