"""What the small group owes, awaits and pays for goods, through the whole line, against its answer key."""

from pathlib import Path

from tests.end_to_end import scorecard, scorecard_margin
from tests.end_to_end.group import Warehouse


def test_stored_value_pipeline_subscriptions_and_costs_equal_the_answer_key(
    warehouse: Warehouse, answers: Path
):
    con = scorecard.connect(warehouse.published, answers)
    found = scorecard_margin.differences(con)
    assert set(found) == set(scorecard_margin.COMPARED)
    assert [row for rows in found.values() for row in rows[:5]] == []


def test_who_owes_for_a_subscription_is_on_no_list_to_win_back(warehouse: Warehouse):
    owing = warehouse.query(
        """select customers.has_unpaid_payment, customers.is_reactivable
           from marts.subscriptions as subscriptions
           join marts.customer_360 as customers using (customer_key)
           where subscriptions.payment_state <> 'paid'"""
    )
    assert set(owing) == {(True, False)}


def test_most_orders_have_a_margin_and_lines_add_up_to_it(warehouse: Warehouse):
    assert warehouse.query(
        """with lines as (
            select account, order_id, sum(margin_amount_group) as margin
            from marts.order_line_margins group by account, order_id)
        select count(*) > 100, count(margin_amount_group) = count(*),
            bool_and(coalesce(lines.margin = orders.margin_amount_group, true))
        from marts.order_margins as orders left join lines using (account, order_id)"""
    ) == [(True, True, True)]
