"""The currency codes a group may use: ISO 4217, active codes, and how many places their amounts have."""

CURRENCIES = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
    BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW
    KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
    NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
    SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED
    VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 a list of 150 quoted strings reads worse
)

# Digits behind the point, where they aren't two: ISO 4217. A test holds this against the seed that models use.
WHOLE = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())  # noqa: SIM905
THOUSANDTHS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # noqa: SIM905


def exponent(currency: str | None) -> int | None:
    """None: no currency in use, or none with minor units."""
    if currency not in CURRENCIES:
        return None
    return 0 if currency in WHOLE else 3 if currency in THOUSANDTHS else 2


def in_currency(amount: str | None, currency: str | None) -> str | None:
    """An amount as it is, if its currency has so many places; else with what is wrong, for landing to refuse.

    Rounding would guess, and a currency that nobody uses has no worth.
    """
    if amount is None:
        return None
    places = exponent(currency)
    if places is None:
        return f"{amount} ('{currency or ''}' is no ISO 4217 currency in use)"
    _, _, behind = amount.partition(".")
    if len(behind.rstrip("0")) > places:
        return f"{amount} ({currency} has {places} decimal places)"
    return amount
