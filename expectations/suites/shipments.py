"""``marts.shipments``: do parcels move, do their carriers still speak, and is every number hashed?"""

from typing import Any

from expectations.definitions import AS_OF
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.shipments"
OWNER = "fulfilment-analytics"

_UNTRACKED = "0.2"


def suite() -> list[Any]:
    return [volume(RELATION), no_direct_identifier(RELATION), *_parcels(), *_trackings()]


def _parcels() -> list[Any]:
    return [
        no_rows(
            "tracking_numbers_are_hashed",
            """
            select account, count(*) as shipments_count
            from batch
            where tracking_number_hash is not null
                and (length(tracking_number_hash) <> 64 or tracking_number_hash <> lower(tracking_number_hash))
            group by account
            """,
            severity="critical",
            expected="a keyed hash of 64 digits",
            notes="A tracking number opens a page with the buyer's name and street.",
            next_step="numbers are hashed at landing; see ingestion, and set CONCORD_HASH_KEY.",
            owner="privacy-office",
        ),
        no_rows(
            "sent_orders_have_a_shipment",
            """
            with shipped as (select distinct order_account as account, order_id from batch),
            sent as (
                select account, order_id, order_name from marts.orders
                where lower(fulfillment_status) in ('fulfilled', 'partially_fulfilled') and not is_test
            )
            select sent.account, count(*) as orders_count, min(sent.order_name) as for_example
            from sent
            left join shipped on sent.account = shipped.account and sent.order_id = shipped.order_id
            where shipped.order_id is null
            group by sent.account
            """,
            severity="warning",
            expected="a shipment for every order that the shop calls fulfilled",
            notes="Fulfilments come with their order; where they are missing, a part of it was not read.",
            next_step="load the account again; check the app's scope for fulfilments.",
        ),
        no_rows(
            "parcels_arrive",
            f"""
            select
                account,
                count(*) filter (where status in ('shipped', 'in_transit')) as still_under_way,
                count(*) as shipments_count
            from batch
            where status <> 'cancelled'
                and shipped_at between {AS_OF} - interval 120 day and {AS_OF} - interval 30 day
            group by account
            having shipments_count >= 50 and still_under_way > 0.5 * shipments_count
            """,
            severity="warning",
            expected="at most half of the parcels of a month ago still under way",
            notes="A carrier whose news stopped coming leaves every parcel under way for good.",
            next_step="ask the carrier's portal about one of them; check its integration with the shop.",
        ),
        no_rows(
            "exceptions_stay_exceptions",
            f"""
            select
                account, carrier,
                count(*) filter (where status = 'exception') as exceptions_count,
                count(*) as shipments_count
            from batch
            where shipped_at >= {AS_OF} - interval 30 day
            group by account, carrier
            having shipments_count >= 50 and exceptions_count > 0.2 * shipments_count
            """,
            severity="warning",
            expected="at most a fifth of the last 30 days' parcels of a carrier",
            notes="A strike, or a status of the carrier that we read wrongly.",
            next_step="compare with the carrier's own words for the parcels' status.",
        ),
    ]


def _trackings() -> list[Any]:
    return [
        no_rows(
            "numbers_are_tracked",
            f"""
            select
                account, count(*) filter (where tracking_id is null) as untracked_count,
                count(*) as shipments_count
            from batch
            where system = 'shopify' and tracking_number_hash is not null and status <> 'cancelled'
                and shipped_at between {AS_OF} - interval 90 day and {AS_OF} - interval 1 day
                and exists (select 1 from marts.accounts where system = 'aftership')
            group by account
            having count(*) >= 50 and untracked_count > {_UNTRACKED} * count(*)
            """,
            severity="warning",
            expected="a tracking for at least four of five parcels with a number",
            notes="Without the carrier's word a parcel stays under way for ever, or is lost in silence.",
            next_step="see whether the shop is still connected to the tracking service, and its carriers known there.",
            measure="""
                select count(tracking_id) || ' of ' || count(*) || ' parcels with a number are tracked'
                from marts.shipments where system = 'shopify' and tracking_number_hash is not null""",
        ),
        no_rows(
            "trackings_belong_to_orders",
            """
            select account, count(*) filter (where order_id is null) as without_order, count(*) as alone_count
            from batch
            where system <> 'shopify'
            group by account
            having without_order > 10 and without_order > 0.01 * (select count(*) from batch)
            """,
            severity="warning",
            expected="an order for all but 1 % of the parcels",
            notes="A parcel that is nobody's can't be told late to anybody.",
            next_step="see who makes trackings by hand, or which shop sends order ids in another form.",
        ),
        no_rows(
            "carriers_still_speak",
            f"""
            with busy as (
                select account, carrier, count(*) as trackings_count, max(updated_at) as last_word_at
                from staging.stg_aftership__trackings
                where created_at > {AS_OF} - interval 60 day
                group by account, carrier
                having count(*) >= 50
            )
            select account, carrier, trackings_count, last_word_at
            from busy where last_word_at < {AS_OF} - interval 5 day
            """,
            severity="warning",
            expected="news in the last 5 days from every carrier that has a parcel a day",
            notes="A carrier's credentials at the tracking service run out without an error.",
            next_step="renew the carrier's connection at the tracking service.",
        ),
    ]
