"""The true persons: where they live, how often they buy, and how they show up in each shop."""

from typing import Any

import duckdb
import numpy as np

from sandbox.world import names, shops
from sandbox.world.columns import Coded, store
from sandbox.world.contacts import create_contacts

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
SET_PEOPLE = (
    len(NAMED_PERSONS) + KIOSK_CUSTOMERS
)  # who is there in every world and buys nothing by chance
OF_BUYERS = ("second", "rate", "died", "registered")  # what only the drawing of orders needs
People = dict[str, Any]


def person(name: str) -> int:
    """The number of a named person."""
    return [n for n, *_ in NAMED_PERSONS].index(name)


def draw_people(
    rng: np.random.Generator, size: int, first: int, end: np.datetime64, window: float, span: float
) -> People:
    """``size`` persons numbered from ``first``, born in the ``window`` seconds before ``end``.

    ``span`` is what their lives are measured by: the seconds of a world's days. The first persons of a
    world are the named ones.
    """
    pid = first + np.arange(size)
    kind = Coded.draw(
        rng,
        size,
        {"phone_only": 0.04, "walk_in": 0.02, "couple": 0.04, "role_address": 0.01, "b2b": 0.02},
        rest="consumer",
    )
    home = rng.choice(3, size, p=shops.SHOP_SHARES)
    provider = rng.integers(0, 5, size)
    if first == 0:
        _cast_named(kind, home, provider)
    # A couple is an even number and the next one.
    lead = (kind == "couple") & (pid % 2 == 0)
    lead[-1:] = False
    kind.set((kind == "couple") & ~lead, "consumer")
    kind.set(np.roll(lead, 1), "couple")
    # B2B is sold in Europe and overseas, not in Japan.
    kind.set((kind == "b2b") & (home == shops.JP), "consumer")
    dest = _destinations(rng, home)
    partner = np.flatnonzero((kind == "couple") & (pid % 2 == 1))
    home[partner], dest[partner] = home[partner - 1], dest[partner - 1]
    second = np.where(rng.random(size) < 0.12, np.where(home == shops.WORLD, 0, 1), home)
    # Companies buy often; whoever leaves no address of their own does not.
    habit = np.where(kind == "b2b", 2.0, np.where(kind.isin(*ELUSIVE), 0.25, 1.0))
    rate = rng.gamma(0.7, 1.0, size) * habit + 0.02
    rate[pid < SET_PEOPLE] = 0.0
    born = end - (rng.uniform(0, window, size)).astype("timedelta64[s]")
    died = born + (rng.exponential(1.2 * span, size)).astype("timedelta64[s]")
    forms = _email_forms(rng, kind, provider, first)
    drawn = {
        "pid": pid,
        "kind": kind,
        "home": home,
        "dest": dest,
        "first": rng.integers(0, 15, size),
        "last": rng.integers(0, 12, size),
        "provider": provider,
        "born": born,
        "is_subscribed": rng.random(size) < 0.4,
        "is_silent": (rng.random(size) < 0.03) & (rate > 0) & ~kind.isin("walk_in", "b2b"),
        **{f"form_{shop}": form for shop, form in enumerate(forms)},
    }
    # A walk-in has no account anywhere; others have one in each shop, the likelier the more they buy.
    likely = 0.55 + 0.42 * (1 - np.exp(-rate))
    registered = (rng.random((size, 3)) < likely[:, None]) & ~(kind == "walk_in")[:, None]
    registered[kind == "b2b"] = True
    return drawn | {"second": second, "rate": rate, "died": died, "registered": registered}


def store_people(con: duckdb.DuckDBPyConnection, people: People) -> None:
    """``truth.persons`` and ``truth.contacts`` of everybody drawn."""
    columns = {name: column for name, column in people.items() if name not in OF_BUYERS}
    store(con, "truth.persons_drawn", columns | {"born": people["born"].astype("datetime64[us]")})
    create_contacts(con)


def _cast_named(kind: Coded, home: np.ndarray, provider: np.ndarray) -> None:
    for number, (_, name, shop, mail) in enumerate(NAMED_PERSONS):
        kind.set(number, name)
        home[number], provider[number] = shop, mail
    kiosk = slice(len(NAMED_PERSONS), SET_PEOPLE)
    kind.set(kiosk, "kiosk")
    home[kiosk] = shops.DE


def _destinations(rng: np.random.Generator, home: np.ndarray) -> np.ndarray:
    dest = np.zeros(len(home), "int64")
    for shop in range(3):
        places = [i for i, d in enumerate(shops.DESTINATIONS) if d.home == shop]
        weights = np.array([shops.DESTINATIONS[i].share for i in places])
        where = home == shop
        dest[where] = rng.choice(places, int(where.sum()), p=weights / weights.sum())
    return dest


def _email_forms(
    rng: np.random.Generator, kind: Coded, provider: np.ndarray, first: int
) -> list[Coded]:
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
        if first == 0:
            form.set(slice(0, len(NAMED_PERSONS)), "plain")
        forms.append(form)
    if first == 0:
        _write_named(forms)
    return forms


def _write_named(forms: list[Coded]) -> None:
    forms[1].set(person("three_shops"), "tagged")
    forms[2].set(person("three_shops"), "dotless")
    forms[0].set(person("guest"), "capitals")
    forms[1].set(person("second_address"), "second")
    forms[1].set(person("unknown_tag"), "unknown_tag")
    forms[1].set(person("invalid_address"), "invalid")
