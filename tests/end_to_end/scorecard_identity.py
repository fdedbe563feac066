"""Published ``id_map`` against the true persons, pair by pair of records, over all systems.

Part of :mod:`tests.end_to_end.scorecard`, whose connection it is given. Evidence can't tell everything:
the answer key's ``cluster_id`` joins just the records that it allows to join, and is the ceiling.
"""

from dataclasses import dataclass

import duckdb

_RECORDS = """
    with records as (
        select r.system, r.person_id, r.cluster_id, m.customer_key
        from person_records as r
        join p.marts.id_map as m on r.system = m.system and r.account = m.account
            and r.source_id = m.source_id and m.is_current)
"""


@dataclass(frozen=True)
class Pairs:
    """Pairs of records of two systems: how many id_map joins, and how many of them it should."""

    systems: str
    true: int  # of one person
    possible: int  # that the evidence allows to join
    found: int
    right: int  # found, and of one person
    missed: int  # possible, and not found

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0

    @property
    def ceiling(self) -> float:
        return self.possible / self.true if self.true else 1.0


def by_systems(con: duckdb.DuckDBPyConnection) -> list[Pairs]:
    """One row per pair of systems, a system with itself too, and last one over all of them."""
    counts: dict[str, dict[str, int]] = {}
    for name, grain in (
        ("true", "person_id"),
        ("possible", "cluster_id"),
        ("found", "customer_key"),
        ("right", "person_id, customer_key"),
        ("kept", "cluster_id, customer_key"),
    ):
        for systems, pairs in _pairs(con, grain):
            counts.setdefault(systems, {})[name] = pairs
    rows = [
        Pairs(
            systems,
            *(found.get(name, 0) for name in ("true", "possible", "found", "right")),
            missed=found.get("possible", 0) - found.get("kept", 0),
        )
        for systems, found in sorted(counts.items())
    ]
    names = ("true", "possible", "found", "right", "missed")
    return [*rows, Pairs("all", *(sum(getattr(row, name) for row in rows) for name in names))]


def _pairs(con: duckdb.DuckDBPyConnection, grain: str) -> list[tuple[str, int]]:
    return con.execute(
        f"""{_RECORDS},
            counted as (select {grain}, system, count(*) as n from records group by all)
            select case when a.system = b.system then a.system else a.system || ' - ' || b.system end,
                cast(sum(case when a.system = b.system then a.n * (a.n - 1) / 2 else a.n * b.n end) as bigint)
            from counted as a join counted as b using ({grain})
            where a.system <= b.system group by 1"""
    ).fetchall()


def wrong_merges(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Customers of several persons, and persons in several customers whom the evidence would make one."""
    return con.execute(
        f"""{_RECORDS}
            select
                (select count(*) from (
                    select customer_key from records group by 1 having count(distinct person_id) > 1)),
                (select count(*) from (
                    select cluster_id from records group by 1 having count(distinct customer_key) > 1))"""
    ).fetchone() or (0, 0)


def without_key(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Records of persons that ``id_map`` doesn't know: system, account, source_id."""
    return con.execute(
        """select r.system, r.account, r.source_id from person_records as r anti join p.marts.id_map as m
           on r.system = m.system and r.account = m.account and r.source_id = m.source_id"""
    ).fetchall()


def companies(con: duckdb.DuckDBPyConnection) -> Pairs:
    """``company_map`` against the true companies; a name that two records share makes no pair possible."""
    records = """
        select r.company_id, r.cluster_id, m.company_key from company_records as r
        join p.marts.company_map as m on r.system = m.system and r.account = m.account
            and r.source_id = m.source_id and m.is_current"""
    counts = [
        con.execute(
            f"""select coalesce(cast(sum(n * (n - 1) / 2) as bigint), 0)
            from (select count(*) as n from ({records}) group by {grain})"""
        ).fetchall()[0][0]
        for grain in (
            *("company_id", "cluster_id", "company_key"),
            *("company_id, company_key", "cluster_id, company_key"),
        )
    ]
    *told, kept = counts
    return Pairs("companies", *told, missed=counts[1] - kept)


def lines(con: duckdb.DuckDBPyConnection) -> list[str]:
    """For people: one line per pair of systems, and one of the customers that are wrong."""
    over, under = wrong_merges(con)
    wrong = f"{over} customers of several persons, {under} persons taken apart"
    return [
        *(
            f"identity {row.systems}: {row.found} pairs, precision {row.precision:.6f}, recall"
            f" {row.recall:.6f} of {row.ceiling:.6f} possible, F1 {row.f1:.6f}, missed {row.missed}"
            for row in [*by_systems(con), companies(con)]
        ),
        f"identity: {wrong}, {len(without_key(con))} records without a key",
    ]
