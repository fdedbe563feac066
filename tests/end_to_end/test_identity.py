"""Who is who over all systems, before and after a month goes by: the true persons, and keys that stay.

The world stands in the raw tables without HTTP, so this costs seconds; ``test_line`` has the whole line.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from analysis.identity import LOGS
from orchestration import identity
from sandbox import answers
from sandbox.world import World, build
from tests.bench import raw_world
from tests.dbt_project import warehouse as dbt
from tests.end_to_end import scorecard_identity

pytestmark = pytest.mark.soak

SEED, DAYS, ORDERS, LATER = 4, 400, 2500, 30
LINK_LIMIT = 20  # of the seed identity_limits
UNTESTED = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
EVIDENCE = (
    *(f"+int_identity_{name}__unioned" for name in ("links", "emails", "phones")),
    *(f"+int_company_{name}__unioned" for name in ("links", "people")),
    "identity_decisions",
    "identity_limits",
)


@dataclass
class Group:
    """A world in a warehouse of its own, resolved; ``before`` is whose keys it goes on with."""

    folder: Path
    world: World
    before: Path | None = None

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def resolve(self) -> "Group":
        self.folder.mkdir()
        group = raw_world.group_of(self.world, self.folder)
        raw_world.write(self.world, group, self.warehouse)
        if self.before:
            self._remember(self.before)
        dbt.build(self.warehouse, "--select", *EVIDENCE, *UNTESTED)
        identity.resolve(self.warehouse)
        dbt.build(self.warehouse, "--select", "stg_identity__assignments+1", "id_map", *UNTESTED)
        (self.folder / "answers").mkdir()
        answers.write_world(self.world, self.folder / "answers")
        return self

    def _remember(self, before: Path) -> None:
        with duckdb.connect(str(self.warehouse)) as con:
            con.execute(f"attach '{before}' as earlier (read_only)")
            con.execute("create schema raw_identity")
            for log in LOGS:
                con.execute(f"create table raw_identity.{log} as from earlier.raw_identity.{log}")

    def pairs(self) -> list[scorecard_identity.Pairs]:
        with duckdb.connect() as con:
            con.execute(f"attach '{self.warehouse}' as p (read_only)")
            records = self.folder / "answers" / "person_records.parquet"
            con.execute(f"create view person_records as select * from '{records}'")
            return scorecard_identity.by_systems(con)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Group:
    folder = tmp_path_factory.mktemp("identity") / "first"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_HASH_KEY", "a key for tests")
        return Group(folder, build(SEED, DAYS, ORDERS)).resolve()


@pytest.fixture(scope="module")
def later(first: Group) -> Group:
    world = build(SEED, DAYS, ORDERS, advanced_days=LATER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_HASH_KEY", "a key for tests")
        return Group(first.folder.with_name("later"), world, first.warehouse).resolve()


@pytest.mark.parametrize("name", ["first", "later"])
def test_what_belongs_together_is_together_and_nothing_else(
    name: str, request: pytest.FixtureRequest
) -> None:
    pairs = request.getfixturevalue(name).pairs()
    assert {row.systems for row in pairs} >= {"hubspot", "hubspot - shopify", "shopify - stripe"}
    assert {row.systems: (row.found - row.right, row.missed) for row in pairs} == {
        row.systems: (0, 0) for row in pairs
    }
    assert pairs[-1].found > ORDERS / 2


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
    assert 0 < moved < records / 20
