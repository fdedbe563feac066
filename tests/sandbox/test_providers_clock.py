"""Adyen and PayPal under a moving clock and in the smallest world: later days only add, each fault is there."""

import pytest

from sandbox.world import World, build
from sandbox.world.cases import CASES

LATER = 23
EARLIER = """select {columns} from truth.{table} where {told} order by all"""


def rows(world: World, sql: str) -> list[tuple]:
    return world.con.cursor().execute(sql).fetchall()


@pytest.fixture(scope="module")
def worlds() -> tuple[World, World]:
    return build(11, 200, 250), build(11, 200, 250, LATER)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("table", "columns", "told"),
    [
        (
            "provider_entries",
            "* exclude (payout_id, fault)",
            "shown_at <= timestamp '2026-10-15 06:00'",
        ),
        (
            "provider_payouts",
            "* exclude (status, returned_at, fault)",
            # PayPal's API is three hours behind.
            """sent_at <= timestamp '2026-10-15 06:00'
                - case system when 'paypal' then 3 else 0 end * interval 1 hour""",
        ),
        ("adyen_payments", "* exclude (canceled_at)", "created_at <= timestamp '2026-10-15 06:00'"),
        (
            "adyen_placed",
            "account, batch, reference, net",
            """batch in (select number from truth.adyen_batches as b where b.account = adyen_placed.account
                and b.generated_at <= timestamp '2026-10-15 06:00')""",
        ),
        ("paypal_disputes", "*", "opened_at <= timestamp '2026-10-15 06:00'"),
    ],
)
def test_a_later_clock_only_adds(worlds: tuple[World, World], table: str, columns: str, told: str):
    earlier, later = (
        rows(world, EARLIER.format(table=table, columns=columns, told=told)) for world in worlds
    )
    assert earlier == later != []
    count = f"select count(*) from truth.{table}"
    assert rows(worlds[1], count) > rows(worlds[0], count)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [7, 8, 9])
def test_the_smallest_world_plays_every_fault_that_a_provider_can(seed: int):
    world = build(seed, 400, max(100, len(CASES)))
    played = {
        fault
        for (fault,) in rows(
            world,
            """select fault from truth.provider_entries union select fault from truth.provider_payouts
            union select fault from truth.provider_missing union select note from truth.provider_entries""",
        )
    }
    assert played >= {
        *("duplicate_capture", "duplicate_record", "missing_in_psp", "missing_in_shop"),
        *("missing_in_payout", "reserve_held", "payout_failed", "currency_mismatch"),
        *("amount_difference", "fee_drift", "failed_refund", "hidden_movement", "fx_payout"),
    }
    # A batch's lines come to what it pays out and what that hides, a sweep's to the sweep.
    assert (
        rows(
            world,
            """select e.account, e.payout_id, sum(e.net) filter (e.kind <> 'payout'), any_value(p.amount - p.residual)
        from truth.provider_entries as e
        join truth.provider_payouts as p using (system, account, payout_id)
        group by all having sum(e.net) filter (e.kind <> 'payout') <> any_value(p.amount - p.residual)""",
        )
        == []
    )
