"""The group's three shops, the places they ship to and the taxes there. Constants only."""

from typing import NamedTuple

from sandbox.world.model import ShopSpec

SHOPS = [
    ShopSpec(
        account="nordlicht-de",
        legal_entity="nordlicht-gmbh",
        zone="Europe/Berlin",
        currency="EUR",
        country="DE",
        owner="shop-team-de",
        taxes_included=True,
        secret_kind="token",  # noqa: S106  # the kind of a secret, not one
    ),
    ShopSpec(
        account="nordlicht-world",
        legal_entity="nordlicht-gmbh",
        zone="America/New_York",
        currency="USD",
        country="DE",
        owner="shop-team-world",
        taxes_included=False,
        secret_kind="client_credentials",  # noqa: S106  # the kind of a secret, not one
    ),
    ShopSpec(
        account="nordlicht-jp",
        legal_entity="nordlicht-kk",
        zone="Asia/Tokyo",
        currency="JPY",
        country="JP",
        owner="shop-team-jp",
        taxes_included=False,
        secret_kind="token",  # noqa: S106  # the kind of a secret, not one
    ),
]
DE, WORLD, JP = range(3)
# SQL: how a subscriber opted in, of ``truth.shops as f``: the German shop has every address confirmed.
OPT_IN_LEVEL = f"case when f.shop = {DE} then 'CONFIRMED_OPT_IN' else 'SINGLE_OPT_IN' end"
SHOP_SHARES = (0.5, 0.3, 0.2)

# ISO 4217 exponents of every currency a shop sells or shows prices in.
EXPONENTS = {"EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "CAD": 2, "JPY": 0, "KWD": 3}
PRESENTMENT = {
    DE: ["EUR"],
    WORLD: ["USD", "GBP", "CHF", "CAD", "JPY", "KWD"],
    JP: ["JPY"],
}

# First ids per shop. The German and the international shop hand out the same ids on purpose, so a key
# that forgets the account collides; the Japanese ones are odd and lie above 2^53, so a reader that
# takes ids for numbers rounds one onto its neighbour.
FIRST_ID = {
    DE: 5_730_000_000_000,
    WORLD: 5_730_000_000_000,
    JP: 9_007_199_254_750_993,
}
ID_STEP = {DE: 32, WORLD: 32, JP: 2}

# Tax rates are whole thousandths of a percent: 19 % is 19,000.
FULL_TAX_DE, REDUCED_TAX_DE, TAX_JP = 19_000, 7_000, 10_000
DUTY_TAX_CA = 5_000


class Destination(NamedTuple):
    """A town a buyer lives in; the taxes are those a US state and county lay on goods sent there."""

    home: int
    share: float
    country: str
    province: str | None
    city: str
    zip: str
    currency: str
    language: str
    state_tax: int = 0
    county_tax: int = 0
    is_shipping_taxed: bool = False


DESTINATIONS = [
    Destination(DE, 0.30, "DE", None, "Berlin", "10115", "EUR", "de"),
    Destination(DE, 0.25, "DE", None, "Hamburg", "20095", "EUR", "de"),
    Destination(DE, 0.25, "DE", None, "München", "80331", "EUR", "de"),
    Destination(DE, 0.12, "DE", None, "Köln", "50667", "EUR", "de"),
    Destination(DE, 0.08, "AT", None, "Wien", "1010", "EUR", "de"),
    Destination(
        WORLD,
        0.16,
        "US",
        "NY",
        "New York",
        "10001",
        "USD",
        "en",
        4_000,
        4_875,
        is_shipping_taxed=True,
    ),
    Destination(WORLD, 0.14, "US", "CA", "Los Angeles", "90001", "USD", "en", 6_000, 3_500),
    Destination(
        WORLD,
        0.10,
        "US",
        "TX",
        "Austin",
        "73301",
        "USD",
        "en",
        6_250,
        2_000,
        is_shipping_taxed=True,
    ),
    Destination(WORLD, 0.08, "US", "OR", "Portland", "97201", "USD", "en"),
    Destination(WORLD, 0.16, "GB", "ENG", "London", "N1 9GU", "GBP", "en"),
    Destination(WORLD, 0.09, "CH", "ZH", "Zürich", "8001", "CHF", "de"),
    Destination(WORLD, 0.11, "CA", "ON", "Toronto", "M5V 2T6", "CAD", "en"),
    Destination(WORLD, 0.04, "KW", None, "Kuwait City", "13001", "KWD", "en"),
    Destination(WORLD, 0.05, "AU", "NSW", "Sydney", "2000", "USD", "en"),
    Destination(WORLD, 0.07, "JP", "JP-13", "Tokyo", "100-0001", "JPY", "ja"),
    Destination(JP, 0.50, "JP", "JP-13", "Tokyo", "150-0001", "JPY", "ja"),
    Destination(JP, 0.30, "JP", "JP-27", "Osaka", "530-0001", "JPY", "ja"),
    Destination(JP, 0.20, "JP", "JP-01", "Sapporo", "060-0001", "JPY", "ja"),
]


def destination(country: str, province: str | None = None, home: int | None = None) -> int:
    """The number of the first destination in ``country`` (and ``province``, and of home shop)."""
    for number, place in enumerate(DESTINATIONS):
        if (
            place.country == country
            and province in (None, place.province)
            and home in (None, place.home)
        ):
            return number
    raise ValueError(f"no destination {country} {province}; see sandbox.world.shops.DESTINATIONS")
