"""Rows of one account's tables as Stripe's JSON: a page of a list, or one object by its id."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from sandbox.stripe.errors import StripeError, missing
from sandbox.stripe.parameters import Asked

# What "No such ...:" calls an object, and how its ids begin.
NOUNS = {
    "charges": ("charge", ("ch_", "py_")),
    "payment_intents": ("payment_intent", ("pi_",)),
    "refunds": ("refund", ("re_", "pyr_")),
    "disputes": ("dispute", ("du_", "dp_")),
    "balance_transactions": ("balance transaction", ("txn_",)),
    "payouts": ("payout", ("po_",)),
    "customers": ("customer", ("cus_",)),
    "events": ("event", ("evt_",)),
}
# Filters that nothing in a live account without Connect and test clocks matches.
NOTHING_HAS = {"transfer_group", "test_clock"}
ONLY_AUTOMATIC = (
    "Balance transaction history can only be filtered on automatic transfers, not manual."
)


@dataclass
class Page:
    """Objects as JSON text, newest first."""

    rows: list[str]
    has_more: bool = False
    edge: int | None = None  # place of the last row in the list


def resource_of(id_: str) -> str | None:
    return next((name for name, (_, prefixes) in NOUNS.items() if id_.startswith(prefixes)), None)


class Store:
    """One account's objects, read through one connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection, account: str) -> None:
        self._con = con
        self._account = account

    def page(self, resource: str, asked: Asked) -> Page:
        """The page that was asked for."""
        where, values = self._where(resource, asked)
        if asked.ending_before:
            newer_than = self.place(resource, asked.ending_before, "ending_before")
            found = self._read(resource, where, values, asked.limit, newer_than=newer_than)
            return Page(found.rows[::-1], found.has_more)
        older_than = None
        if asked.starting_after:
            older_than = self.place(resource, asked.starting_after, "starting_after")
        return self._read(resource, where, values, asked.limit, older_than=older_than)

    def page_after(self, resource: str, asked: Asked, edge: int) -> Page:
        """The page older than a place."""
        return self._read(resource, *self._where(resource, asked), asked.limit, older_than=edge)

    def page_before(self, resource: str, asked: Asked, place: int) -> Page:
        """The page that ends with a place, which is among its rows."""
        where, values = self._where(resource, asked)
        found = self._read(resource, where, values, asked.limit, newer_than=place - 1)
        return Page(found.rows[::-1], has_more=True)

    def place(self, resource: str, id_: str, param: str) -> int:
        found = self._con.execute(
            f"select _seq from stripe.{resource} where _account = ? and id = ?",
            [self._account, id_],
        ).fetchone()
        if found is None:
            raise missing(NOUNS[resource][0], id_, param, status=400)
        return found[0]

    def objects(self, resource: str, ids: Iterable[str]) -> dict[str, str]:
        """Objects by id as JSON; an id that isn't there is left out."""
        return dict(
            self._con.execute(
                f"""select id, psp_text(shown) from (
                    select * exclude ({self._hidden(resource)}) from stripe.{resource}
                    where _account = ? and id in (select unnest(cast(? as varchar[])))) as shown""",
                [self._account, list(ids)],
            ).fetchall()
        )

    def _hidden(self, resource: str) -> str:
        return "_account, _seq, _payout" if resource == "balance_transactions" else "_account, _seq"

    def _read(
        self,
        resource: str,
        where: str,
        values: list[object],
        limit: int,
        older_than: int | None = None,
        newer_than: int | None = None,
    ) -> Page:
        """At most ``limit`` rows, those nearest to the place first."""
        direction, at = "desc", ""
        if older_than is not None:
            at, values = " and _seq < ?", [*values, older_than]
        elif newer_than is not None:
            direction, at, values = "asc", " and _seq > ?", [*values, newer_than]
        hidden = self._hidden(resource)
        found = self._con.execute(
            f"""with chosen as (
                select * from stripe.{resource} where {where}{at} order by _seq {direction} limit {limit + 1})
            select psp_text(shown), chosen._seq
            from (select * exclude ({hidden}) from chosen) as shown join chosen using (id)
            order by chosen._seq {direction}""",
            values,
        ).fetchall()
        rows = found[:limit]
        return Page([text for text, _ in rows], len(found) > limit, rows[-1][1] if rows else None)

    def _where(self, resource: str, asked: Asked) -> tuple[str, list[object]]:
        parts, values = ["_account = ?"], list[object]([self._account])
        if asked.payout:
            self._check_payout(asked.payout)
            parts.append("_payout = ?")
            values.append(asked.payout)
        for column, operator, value in asked.filters:
            if column in NOTHING_HAS or (column == "delivery_success" and not value):
                parts.append("false")
            elif column != "delivery_success":  # whatever was to be delivered, was
                place = "(select unnest(cast(? as varchar[])))" if operator == "in" else "?"
                escape = " escape '!'" if operator == "like" else ""
                parts.append(f'"{column}" {operator} {place}{escape}')
                values.append(value)
        return " and ".join(parts), values

    def _check_payout(self, payout: str) -> None:
        found = self._con.execute(
            "select automatic from stripe.payouts where _account = ? and id = ?",
            [self._account, payout],
        ).fetchone()
        if found is None:
            raise missing("payout", payout, "payout", status=400)
        if not found[0]:
            raise StripeError(400, ONLY_AUTOMATIC, None, "payout")
