"""What was said of marketing to the tiny world's addresses, each a case by its name."""

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from analysis.address_hashes import new_hashes
from tests.dbt_project.tiny_crm import Crm
from tests.dbt_project.tiny_world import RECEIVED, World, at, gid, log

HASH_KEY = "a key of the tests"
MAY, JUNE, JULY, AUGUST = (at(f"2026-0{month}-01 09:00") for month in (5, 6, 7, 8))
DE, TOOL = "nordlicht-de", "newsletter"
BY_LINK = {"method": "double_opt_in", "evidence": "confirmed by link", "wording_version": "3"}
LEVEL = "default_email_address__marketing_opt_in_level"
FIRST = ("+int_consent_statements__unioned",)
REST = ("int_consent_statements__hashed+", "+consent_addresses")


def shop(world: World, email: str, *states: tuple[str, datetime | None], **more: Any) -> None:
    """Versions of one customer, a day apart: the state of its address and when the shop dates it."""
    tail = world.new_id()
    for day, (state, stated_at) in enumerate(states):
        world.add(
            "raw_shopify",
            "customers",
            id=gid("Customer", tail),
            default_address__country_code_v2="DE",
            default_email_address__email_address=email,
            default_email_address__marketing_state=state,
            default_email_address__marketing_updated_at=stated_at,
            **log(DE, MAY + timedelta(days=day), content=f"{state}{day}"),
            **more,
        )


def told(world: World, email: str, state: str, when: datetime | None, **more: Any) -> None:
    row = {"channel": "email", "purpose": "marketing", "country": "DE", "origin": "person"}
    row |= {"controller": "nordlicht-gmbh", "statement_id": f"st{world.new_id()}"} | more
    world.add(
        "raw_email_tool",
        "statements",
        email=email,
        state=state,
        stated_at=when,
        recorded_at=when or RECEIVED,
        **row,
        **log(TOOL, when or RECEIVED, content=row["statement_id"]),
    )


def said(world: World, crm: Crm) -> None:
    """Each address is one case; its name says what happened to it."""
    world.account("email_tool", TOOL, "group", "Europe/Berlin", "EUR")
    shop(world, "asked@example.org", ("SUBSCRIBED", MAY))
    shop(world, "never.asked@example.org", ("NOT_SUBSCRIBED", None))
    shop(world, "undated@example.org", ("SUBSCRIBED", None))
    shop(world, "left.by.import@example.org", ("SUBSCRIBED", MAY), ("NOT_SUBSCRIBED", None))
    shop(world, "left.in.shop@example.org", ("SUBSCRIBED", MAY), ("UNSUBSCRIBED", JUNE))
    shop(world, "synced.back@example.org", ("UNSUBSCRIBED", MAY), ("SUBSCRIBED", JUNE))
    again = ("UNSUBSCRIBED", MAY), ("SUBSCRIBED", JUNE)
    shop(world, "confirmed.in.shop@example.org", *again, **{LEVEL: "CONFIRMED_OPT_IN"})
    shop(world, "single.in.shop@example.org", *again, **{LEVEL: "SINGLE_OPT_IN"})
    shop(world, "left.in.crm@example.org", ("SUBSCRIBED", MAY))
    crm.contact("1", "Left.In.CRM@example.org", updated=JUNE, properties__hs_email_optout="true")
    for version, flag in ((JUNE, "true"), (JULY, "false")):
        crm.contact(
            "2", "crm.wrote.over@example.org", updated=version, properties__hs_email_optout=flag
        )
    shop(world, "crm.wrote.over@example.org", ("SUBSCRIBED", MAY))
    shop(world, "came.back@example.org", ("SUBSCRIBED", MAY), ("UNSUBSCRIBED", JUNE))
    told(world, "came.back@example.org", "subscribed", JULY, **BY_LINK)
    shop(world, "left.again@example.org", ("SUBSCRIBED", MAY), ("UNSUBSCRIBED", JUNE))
    told(world, "left.again@example.org", "subscribed", JULY, **BY_LINK)
    told(world, "left.again@example.org", "complained", AUGUST)
    told(world, "imported@example.org", "subscribed", MAY, origin="import", method="import")
    told(world, "imported.again@example.org", "unsubscribed", MAY)
    told(world, "imported.again@example.org", "subscribed", JUNE, origin="import", method="import")
    told(world, "at.once@example.org", "subscribed", MAY, **BY_LINK)
    told(world, "at.once@example.org", "unsubscribed", MAY)
    told(world, "from.tomorrow@example.org", "subscribed", RECEIVED + timedelta(days=1), **BY_LINK)
    told(world, "anna@bücher.example", "subscribed", MAY, **BY_LINK)
    told(world, "anna@xn--bcher-kva.example", "unsubscribed", JUNE)
    told(world, "ben+shop@gmail.com", "subscribed", MAY, **BY_LINK)
    told(world, "ben@gmail.com", "unsubscribed", JUNE)
    told(world, "all.purposes@example.org", "subscribed", JULY, **BY_LINK)
    told(world, "all.purposes@example.org", "objected", AUGUST, purpose="all", country="AT")
    told(world, "other.entity@example.org", "subscribed", MAY, **BY_LINK)
    told(world, "other.entity@example.org", "unsubscribed", JUNE, controller="nordlicht-kk")


def hash_addresses(world: World) -> None:
    """As the line does between two dbt steps: every address that was said gets its keyed hash."""
    found = set()
    for row in world.rows.get(("raw_shopify", "customers"), []):
        found.add(("email", row.get("default_email_address__email_address")))
        found.add(("sms", row.get("default_phone_number__phone_number")))
    for row in world.rows.get(("raw_hubspot", "contacts"), []):
        found.add(("email", row.get("properties__email")))
    for row in world.rows.get(("raw_email_tool", "statements"), []):
        found.add((row["channel"], row["email"]))
    said_of = [{"channel": c, "address": a.strip().lower()} for c, a in found if a and a.strip()]
    none = {"channel": pa.string(), "address": pa.string()}
    addresses = pa.Table.from_pylist(said_of, schema=pa.schema(none))
    known = pa.table({name: [] for name in ("channel", "address", "address_hash", "recorded_at")})
    for row in new_hashes(addresses, known, as_of=world.as_of, hash_key=HASH_KEY).to_pylist():
        world.add("raw_identity", "address_hashes", **row)
