"""Schema ``aftership``: ``trackings`` as the Tracking API 2026-07 shows them, checkpoints within.

Checkpoint times are the place's own with its offset, as that carrier gives them; pickup and delivery
are local and without one, as documented. Fields that this account doesn't use stand as null.
Source: aftership.com/docs/tracking, tracking and checkpoint models.
"""

from typing import NamedTuple

import duckdb

from sandbox.world.accounts import PARCELS
from sandbox.world.carrier_scans import MESSAGES
from sandbox.world.carrier_shape import CHECKPOINT, COLUMNS, create_carrier_tables


class Country(NamedTuple):
    """Winter time's whole hours will do: what matters is that a time says its own offset."""

    iso3: str
    name: str
    hours: int


COUNTRIES = {
    "DE": Country("DEU", "Germany", 1),
    "AT": Country("AUT", "Austria", 1),
    "CH": Country("CHE", "Switzerland", 1),
    "GB": Country("GBR", "United Kingdom", 0),
    "US": Country("USA", "United States", -5),
    "CA": Country("CAN", "Canada", -5),
    "KW": Country("KWT", "Kuwait", 3),
    "AU": Country("AUS", "Australia", 10),
    "JP": Country("JPN", "Japan", 9),
}
HUBS = {"DE": "Hamburg", "JP": "Tokyo"}


def render_carrier(con: duckdb.DuckDBPyConnection) -> None:
    """Newest first, as the list gives them."""
    create_carrier_tables(con)
    create_checkpoint_macros(con)
    checkpoint = ", ".join(f"{n} := {_checkpoint().get(n, 'null')}" for n in CHECKPOINT)
    con.execute(
        f"""insert into aftership.trackings by name
        select tracking_id as id, tracking_id as legacy_id, iso_offset(created_at) as created_at,
            iso_offset(tracking_at) as updated_at, number as tracking_number, slug,
            iso3(origin) as origin_country_region, iso3(country) as destination_country_region,
            city as destination_city, zip as destination_postal_code, order_id, order_number,
            iso_local(pickup_at, origin) as shipment_pickup_date,
            iso_local(delivered_at, country) as shipment_delivery_date, source, tag, subtag,
            subtag_message(subtag) as subtag_message, number as title,
            substr(tracking_id, 1, 12) as unique_token,
            iso_local(attempted_at, country) as first_attempted_at,
            case when delivered_at is null then null
                when delivered_at > shipped_at + interval 4 day then 'late' else 'on-time' end as on_time_status,
            'forward' as shipment_direction,
            -- Two carriers in three ask for a signature; whoever ordered gives it.
            case when delivered_at is not null and chance(ono, 'signature', 3) > 0 then signature end as signed_by,
            tag not in ('Delivered', 'Expired') and subtag <> 'Exception_011' as active,
            returned_at is not null as return_to_sender,
            date_diff('day', pickup_at, delivered_at) as transit_time, 1 as shipment_package_count,
            case when attempted_at is not null then 1 else 0 end as failed_delivery_attempts,
            struct_pack(estimated_delivery_date := strftime(shipped_at + interval 4 day, '%Y-%m-%d'))
                as courier_estimated_delivery_date,
            [] as customers, [] as shipment_tags,
            list_transform(scans, lambda s: cast(struct_pack({checkpoint})
                as {COLUMNS["checkpoints"][:-2]})) as checkpoints,
            '{PARCELS.account}' as _account, _seq
        from (
            select *, list_filter(scans, lambda s: s.subtag = 'InTransit_002')[1].happened_at as pickup_at,
                list_filter(scans, lambda s: s.subtag = 'AttemptFail_001')[1].happened_at as attempted_at
            from truth.trackings)
        left join (select o.ono, upper(left(p.first_name, 1) || '. ' || p.last_name) as signature
            from truth.orders as o join truth.persons as p using (pid)) using (ono)
        -- Numbered apart: a window would carry every checkpoint through its sort.
        join (select tracking_id, row_number() over (order by created_at desc, tracking_id desc) as _seq
            from truth.trackings) using (tracking_id)"""
    )


def create_checkpoint_macros(con: duckdb.DuckDBPyConnection) -> None:
    def pick(column: str, values: dict[str, str], rest: str) -> str:
        whens = " ".join(f"when '{key}' then {value}" for key, value in values.items())
        return f"case {column} {whens} else {rest} end"

    def country(field: str, *, text: bool, rest: str) -> str:
        quoted = "'{}'" if text else "{}"
        values = {k: quoted.format(getattr(c, field)) for k, c in COUNTRIES.items()}
        return pick("c", values, rest)

    offsets = {k: f"'{c.hours:+03d}:00'" for k, c in COUNTRIES.items()}
    messages = {k: f"'{v}'" for k, v in MESSAGES.items()}
    for macro in (
        f"iso3(c) as {country('iso3', text=True, rest='null')}",
        f"country_name(c) as {country('name', text=True, rest='null')}",
        f"hours_of(c) as {country('hours', text=False, rest='0')}",
        f"offset_of(c) as {pick('c', offsets, quote('+00:00'))}",
        f"subtag_message(s) as {pick('s', messages, 'null')}",
        "iso_offset(t) as strftime(t, '%Y-%m-%dT%H:%M:%S+00:00')",
        "iso_local(t, c) as strftime(t + to_hours(hours_of(c)), '%Y-%m-%dT%H:%M:%S')",
    ):
        con.execute(f"create macro {macro}")


def quote(text: str) -> str:
    return f"'{text}'"


def _checkpoint() -> dict[str, str]:
    """The fields of a checkpoint from its scan ``s`` and its tracking's row."""
    place = "case when s.place = 'sender' then origin else country end"
    hub = " ".join(f"when '{country}' then '{city}'" for country, city in HUBS.items())
    city = f"case when s.place = 'sender' then case origin {hub} end else city end"
    return {
        "created_at": "iso_offset(s.heard_at)",
        "slug": "slug",
        "checkpoint_time": f"iso_local(s.happened_at, {place}) || offset_of({place})",
        "location": f"{city} || ', ' || country_name({place})",
        "city": city,
        "country_region": f"iso3({place})",
        "country_region_name": f"country_name({place})",
        "message": "subtag_message(s.subtag)",
        "tag": "split_part(s.subtag, '_', 1)",
        "subtag": "s.subtag",
        "subtag_message": "subtag_message(s.subtag)",
        "source": "'carrier'",
        "events": "[]",
    }
