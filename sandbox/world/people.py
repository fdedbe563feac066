"""The true persons: where they live, how often they buy, and how they show up in each shop."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb
import numpy as np

from sandbox.world import names, shops
from sandbox.world.columns import Coded, store

DAY = np.timedelta64(86_400, "s")
ORDERS_PER_PERSON = 2.6

# How a person's address is written in one shop: as it is; in capitals; with a plus tag (known
# providers only); without the dots and, at Gmail, at the other domain; as a second address; invalid;
# with a plus tag where nobody knows that the provider ignores it.
EMAIL_FORMS = ("plain", "capitals", "tagged", "dotless", "second", "invalid", "unknown_tag")

# Persons whom the special cases need by name, before anybody is drawn: (name, kind, home, provider).
NAMED_PERSONS = [
    ("three_shops", "consumer", shops.DE, 0),
    ("guest", "consumer", shops.DE, 0),
    ("walk_in", "walk_in", shops.DE, 0),
    ("phone_only", "phone_only", shops.WORLD, 0),
    ("couple_1", "couple", shops.DE, 3),
    ("couple_2", "couple", shops.DE, 3),
    ("stranger_1", "role_address", shops.DE, 0),
    ("stranger_2", "role_address", shops.DE, 0),
    ("stranger_3", "role_address", shops.DE, 0),
    ("second_address", "consumer", shops.DE, 1),
    ("unknown_tag", "consumer", shops.DE, 3),
    ("invalid_address", "consumer", shops.WORLD, 1),
    ("company_buyer", "b2b", shops.DE, 3),
    ("company_buyer_abroad", "b2b", shops.WORLD, 3),
    ("regular", "consumer", shops.WORLD, 4),
    ("regular_jp", "consumer", shops.JP, 1),
]
ELUSIVE = ("phone_only", "walk_in", "role_address")
KIOSK_CUSTOMERS = 24  # more than the 20 records beyond which an address links nobody


def person(name: str) -> int:
    """The number of a named person."""
    return [n for n, *_ in NAMED_PERSONS].index(name)


def create_people(
    con: duckdb.DuckDBPyConnection, seed: int, clock: datetime, days: int, orders: int
) -> dict[str, np.ndarray]:
    """Create ``truth.persons`` and give back what the drawing of orders needs of it."""
    rng = np.random.default_rng([seed, 1])
    named = len(NAMED_PERSONS)
    size = named + KIOSK_CUSTOMERS + max(60, int(orders / ORDERS_PER_PERSON))
    kind = Coded.draw(
        rng,
        size,
        {"phone_only": 0.04, "walk_in": 0.02, "couple": 0.04, "role_address": 0.01, "b2b": 0.02},
        rest="consumer",
    )
    home = rng.choice(3, size, p=shops.SHOP_SHARES)
    provider = rng.integers(0, 5, size)
    for number, (_, name, shop, mail) in enumerate(NAMED_PERSONS):
        kind.set(number, name)
        home[number], provider[number] = shop, mail
    kiosk = slice(named, named + KIOSK_CUSTOMERS)
    kind.set(kiosk, "kiosk")
    home[kiosk] = shops.DE
    # A couple is an even number and the next one.
    lead = (kind == "couple") & (np.arange(size) % 2 == 0)
    kind.set((kind == "couple") & ~lead, "consumer")
    kind.set(np.roll(lead, 1), "couple")
    # B2B is sold in Europe and overseas, not in Japan.
    kind.set((kind == "b2b") & (home == shops.JP), "consumer")
    dest = _destinations(rng, home)
    partner = np.flatnonzero((kind == "couple") & (np.arange(size) % 2 == 1))
    home[partner], dest[partner] = home[partner - 1], dest[partner - 1]
    second = np.where(rng.random(size) < 0.12, np.where(home == shops.WORLD, 0, 1), home)
    # Companies buy often; whoever leaves no address of their own does not.
    habit = np.where(kind == "b2b", 2.0, np.where(kind.isin(*ELUSIVE), 0.25, 1.0))
    rate = rng.gamma(0.7, 1.0, size) * habit + 0.02
    rate[: named + KIOSK_CUSTOMERS] = 0.0
    end = np.datetime64(clock.replace(tzinfo=None), "s")
    span = days * 86_400
    born = end - (rng.uniform(0, 1.6 * span, size)).astype("timedelta64[s]")
    died = born + (rng.exponential(1.2 * span, size)).astype("timedelta64[s]")
    forms = _email_forms(rng, kind, provider)
    columns = {
        "pid": np.arange(size),
        "kind": kind,
        "home": home,
        "dest": dest,
        "first": rng.integers(0, 15, size),
        "last": rng.integers(0, 12, size),
        "provider": provider,
        "born": born.astype("datetime64[us]"),
        "is_subscribed": rng.random(size) < 0.4,
        "is_silent": (rng.random(size) < 0.03) & (rate > 0) & ~kind.isin("walk_in", "b2b"),
        **{f"form_{shop}": form for shop, form in enumerate(forms)},
    }
    store(con, "truth.persons_drawn", columns)
    _name_people(con)
    # A walk-in has no account anywhere; others have one in each shop, the likelier the more they buy.
    likely = 0.55 + 0.42 * (1 - np.exp(-rate))
    registered = (rng.random((size, 3)) < likely[:, None]) & ~(kind == "walk_in")[:, None]
    registered[kind == "b2b"] = True
    return {
        "home": home,
        "second": second,
        "dest": dest,
        "rate": rate,
        "born": born,
        "died": died,
        "registered": registered,
        "is_b2b": kind == "b2b",
        "has_email": kind.isin("consumer", "couple", "role_address", "b2b"),
        "has_phone": kind == "phone_only",
    }


def _destinations(rng: np.random.Generator, home: np.ndarray) -> np.ndarray:
    dest = np.zeros(len(home), "int64")
    for shop in range(3):
        places = [i for i, d in enumerate(shops.DESTINATIONS) if d.home == shop]
        weights = np.array([shops.DESTINATIONS[i].share for i in places])
        where = home == shop
        dest[where] = rng.choice(places, int(where.sum()), p=weights / weights.sum())
    return dest


def _email_forms(rng: np.random.Generator, kind: Coded, provider: np.ndarray) -> list[Coded]:
    size = len(provider)
    rare = {"second": 0.01, "invalid": 0.004, "unknown_tag": 0.01}
    forms = []
    for _ in range(3):
        form = Coded.draw(
            rng, size, {"capitals": 0.08, "tagged": 0.08, "dotless": 0.06, **rare}, rest="plain"
        )
        form.set(form.isin("tagged") & (provider >= names.PLUS_TAG_PROVIDERS), "plain")
        form.set(form.isin("unknown_tag") & (provider < names.PLUS_TAG_PROVIDERS), "plain")
        form.set(form.isin("dotless") & (provider != 0), "plain")
        form.set(kind.isin("role_address", "kiosk"), "plain")
        form.set(slice(0, len(NAMED_PERSONS)), "plain")
        forms.append(form)
    forms[1].set(person("three_shops"), "tagged")
    forms[2].set(person("three_shops"), "dotless")
    forms[0].set(person("guest"), "capitals")
    forms[1].set(person("second_address"), "second")
    forms[1].set(person("unknown_tag"), "unknown_tag")
    forms[1].set(person("invalid_address"), "invalid")
    return forms


def _name_people(con: duckdb.DuckDBPyConnection) -> None:
    """Names, addresses and contact points as SQL over the drawn numbers."""

    def pick(lists: Mapping[str, Sequence[str]], column: str) -> str:
        whens = " ".join(f"when '{lang}' then {words!r}" for lang, words in lists.items())
        whens = whens.replace('"O\'Brien"', "'O''Brien'")
        return f"(case d.language {whens} end)[1 + {column} % {len(lists['de'])}]"

    con.execute(
        f"""create table truth.persons as
        with named as (
            select p.*, d.language, d.country, d.province, d.city, d.zip,
                -- Couples live in pairs: the even one lends name, phone and street to the next.
                case when kind = 'couple' then pid - pid % 2 else pid end as household,
                {pick(names.FIRST, "p.first")} as first_name,
                {pick(names.LAST, "p.last")} as own_last_name,
                {pick(names.PROVIDERS, "p.provider")} as mail_domain,
                {pick({k: [v] for k, v in names.STREET.items()}, "0")} as street
            from truth.persons_drawn as p
            join truth.destinations as d on d.dest = p.dest)
        select pid, kind, home, dest, country, province, city, zip, language, first_name,
            coalesce(own_last_name, 'Mori') as last_name,
            street || ' ' || (1 + household % 180) as address1,
            replace(replace(strip_accents(lower(first_name || '.'
                || coalesce(own_last_name, 'Mori'))), '''', ''), ' ', '') || pid as mail_name,
            mail_domain,
            case when kind in ('phone_only', 'couple') or (kind <> 'walk_in' and pid % 3 = 0)
                then (case country when 'DE' then '+49151' when 'AT' then '+43664' when 'JP' then '+8190'
                    when 'GB' then '+447700' else '+1555' end) || lpad(cast(household as varchar), 7, '0')
                end as phone,
            case when kind = 'b2b' then 4000000 + pid // 2 end as company_id,
            born, is_subscribed, is_silent, form_0, form_1, form_2
        from named order by pid"""
    )
    con.execute("drop table truth.persons_drawn")
    # Who writes what: one row per person and shop.
    con.execute(
        """create table truth.contacts as
        with forms as (
            select pid, 0 as shop, form_0 as form from truth.persons union all
            select pid, 1, form_1 from truth.persons union all
            select pid, 2, form_2 from truth.persons)
        select p.pid, forms.shop, forms.form, p.mail_name || '@' || p.mail_domain as main_email,
            case
                when p.kind = 'role_address' then 'info@hotel-' || (p.pid // 300) || '.example'
                when p.kind = 'kiosk' then 'alster.kasse@example.de'
                when p.kind in ('phone_only', 'walk_in') then null
                else case forms.form
                    when 'capitals' then upper(p.mail_name) || '@' || p.mail_domain
                    when 'tagged' then p.mail_name || '+nordlicht@' || p.mail_domain
                    when 'dotless' then replace(p.mail_name, '.', '') || '@googlemail.com'
                    when 'second' then 'work.' || p.mail_name || '@example.org'
                    when 'invalid' then p.mail_name || '@'
                    when 'unknown_tag' then p.mail_name || '+shop@' || p.mail_domain
                    else p.mail_name || '@' || p.mail_domain end
                end as email,
            p.phone
        from forms join truth.persons as p using (pid)"""
    )
