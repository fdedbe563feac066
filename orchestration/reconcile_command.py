"""`concord reconcile`: where a payment is, from the order to the bank line, and who clears what is open."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration import environment
from orchestration.command_line import Group, chosen_group, console, plain_errors

if TYPE_CHECKING:
    from orchestration.reconcile_chain import State

app = typer.Typer(
    no_args_is_help=True,
    help="Orders, payments, payouts and bank lines: where one is, what is open.",
)


@app.command()
def explain(
    identifier: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="An order (#1012 or its id), a transaction, entry, payout or bank line; account:ID if several.",
        ),
    ],
    group: Group = None,
) -> None:
    """The chain from the order to the bank line, with amounts, states, ages and owners."""
    with plain_errors(), chosen_group(group, embedded=False):
        from orchestration import reconcile_chain

        chain = reconcile_chain.explain(_published(), identifier)
        for link in chain:
            side, system, account, source_id = link.source
            pad = "  " * link.depth
            found = f"  by {link.key} ({link.confidence})" if link.key else ""
            what = ("out of " if link.is_origin else "") + reconcile_chain.SIDES[side]
            _print(
                f"{pad}{what} {system} {account} {source_id}  {link.occurred_at:%Y-%m-%d}{found}"
            )
            for state in link.states:
                _print(f"{pad}    {state.leg}: {_told(state)}")
            if link.left_out:
                _print(f"{pad}and {link.left_out} more")


@app.command("open")
def open_rows(
    group: Group = None,
) -> None:
    """What is open, by leg, account, state and owner: rows, money and the oldest one's age."""
    with plain_errors(), chosen_group(group, embedded=False):
        import duckdb

        with duckdb.connect(str(_published()), read_only=True) as con:
            rows = con.execute(
                """select leg, side, account, state, coalesce(reason, ''), count(*), sum(difference_amount),
                    currency, max(age_days), owner
                from marts.reconciliation where state not in ('matched', 'not_expected', 'timing')
                group by all order by all"""
            ).fetchall()
        if not rows:
            _print("nothing is open: every row is matched, on its way or not expected")
        for leg, side, account, state, reason, count, amount, currency, age, owner in rows:
            told = f"{state} ({reason})" if reason else state
            money = f"{amount:,.2f} {currency}" if amount is not None else f"? {currency}"
            _print(f"{leg} {side} {account}: {count} {told}, {money}, oldest {age} days, {owner}")


def _told(state: "State") -> str:
    reason = f" ({state.reason})" if state.reason else ""
    told = f"{state.amount.normalize():f} {state.currency} {state.state}{reason}"
    if state.state in ("matched", "not_expected") and not state.difference:
        return told
    apart = "?" if state.difference is None else f"{state.difference.normalize():f}"
    return f"{told}, {apart} apart, {state.age_days} days, {state.owner}"


def _print(line: str) -> None:
    console().print(line, highlight=False, soft_wrap=True, markup=False)


def _published() -> Path:
    published = environment.published_path()
    if not published.exists():
        raise ValueError(f"{published}: nothing is published yet; run concord run")
    return published
