"""A world in the raw tables of a warehouse, without HTTP, and who is who in it; beside its answer key."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from analysis import companies
from analysis.identity import LOGS
from orchestration import identity
from sandbox import answers
from sandbox.world import World
from tests.bench import raw_world
from tests.dbt_project import warehouse as dbt

UNTESTED = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
EVIDENCE = (
    *(f"+int_identity_{name}__unioned" for name in ("links", "emails", "phones")),
    *(f"+int_company_{name}__unioned" for name in ("links", "people")),
    "identity_decisions",
    "identity_limits",
)
MAPS = (
    "stg_identity__assignments+1",
    "id_map",
    "stg_identity__company_assignments+1",
    "company_map",
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
        dbt.build(self.warehouse, "--select", *MAPS, *UNTESTED)
        (self.folder / "answers").mkdir()
        answers.write_world(self.world, self.folder / "answers")
        return self

    def _remember(self, before: Path) -> None:
        with duckdb.connect(str(self.warehouse)) as con:
            con.execute(f"attach '{before}' as earlier (read_only)")
            con.execute("create schema raw_identity")
            for log in LOGS | companies.SCHEMAS:
                con.execute(f"create table raw_identity.{log} as from earlier.raw_identity.{log}")

    def beside_the_answers(self) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect()
        con.execute(f"attach '{self.warehouse}' as p (read_only)")
        for file in sorted((self.folder / "answers").glob("*.parquet")):
            con.execute(f"create view {file.stem} as from '{file}'")
        return con

    def of_case(self, *cases: str) -> list[tuple[str, str, int]]:
        """(customer_key, rule, records of others in that customer) of each record that a case names."""
        with self.beside_the_answers() as con:
            return con.execute(
                """with known as (
                    select r.*, m.customer_key, m.rule from person_records as r join p.marts.id_map as m
                        on r.system = m.system and r.account = m.account
                        and r.source_id = m.source_id and m.is_current)
                select k.customer_key, k.rule, (
                    select count(*) from known as o
                    where o.customer_key = k.customer_key and o.person_id <> k.person_id)
                from special_cases as c join known as k
                    on c.account = k.account and c.object_id = k.source_id
                where list_contains($cases, c."case")""",
                {"cases": list(cases)},
            ).fetchall()
