"""What one merchant account's reports hold, by their file names; ``sandbox.adyen.server`` hands them out."""

import csv
import io
import re
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from sandbox.adyen.layouts import accounting_columns, settlement_columns
from sandbox.world.model import World

SETTLEMENT = re.compile(r"settlement_detail_report_batch_(\d+)\.csv")
ACCOUNTING = re.compile(r"payments_accounting_report_(\d{4})_(\d{2})_(\d{2})\.csv")


class Reports:
    """An account's files at its world's clock. Which days have one is asked once: most have no line."""

    def __init__(self, world: World, account: str) -> None:
        self.world, self.account = world, account

    @cached_property
    def lines(self) -> dict[date, int]:
        """Lines of each day that was told: made some hours after the day, of the account's own zone, is over."""
        found = self.world.con.cursor().execute(
            """with days as (
                select unnest(generate_series(min(_day), cast($now as date), interval 1 day))::date as day
                from adyen.accounting_lines where _account = $account)
            select day, count(_day)
            from days cross join truth.adyen_merchants as merchant
            left join adyen.accounting_lines as line on line._account = $account and line._day = day
            where merchant.account = $account and adyen_told_at(day, zone) <= $now group by day""",
            {"account": self.account, "now": self.world.clock.replace(tzinfo=None)},
        )
        return dict(found.fetchall())

    def named(self, name: str) -> str | None:
        if named := SETTLEMENT.fullmatch(name):
            return self._batch(int(named[1]))
        if named := ACCOUNTING.fullmatch(name):
            try:
                return self._day(date(*(int(part) for part in named.groups())))
            except ValueError:
                return None
        return None

    def _batch(self, number: int) -> str | None:
        con = self.world.con.cursor()
        batch = con.execute(
            "select closes_at from truth.adyen_batches where account = ? and number = ?",
            [self.account, number],
        ).fetchone()
        if batch is None:
            return None
        rows = con.execute(
            "select * from adyen.settlement_lines where _account = ? and _batch = ? order by _seq",
            [self.account, number],
        )
        return _csv(_dicts(rows), settlement_columns(batch[0].date()))

    def _day(self, day: date) -> str | None:
        if day not in self.lines:
            return None
        if not self.lines[day]:
            return _csv([], accounting_columns(day))
        rows = self.world.con.cursor().execute(
            "select * from adyen.accounting_lines where _account = ? and _day = ? order by _seq",
            [self.account, day],
        )
        return _csv(_dicts(rows), accounting_columns(day))


def _dicts(rows: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in rows.description or []]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def _csv(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([row.get(column) for column in columns] for row in rows)
    return out.getvalue()
