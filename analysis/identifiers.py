"""One form of an e-mail address and of a phone number, for what SQL can't do on every engine.

Case, plus tags, dots and malformed addresses are the macro ``normalize_email``'s; what it lets through is
brought to one form of its domain here (IDNA 2008 with UTS 46 mapping, RFC 5891). Numbers become E.164 by
Google's libphonenumber, read by the country of their record.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

import unicodedata

import idna
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ASCII = r"^[\x00-\x7f]*$"
TAIL_DIGITS = 6
"""The last digits of a number are the same in every way to write it."""


def one_domain(addresses: pa.Array) -> pa.Array:
    """The same addresses with domains as A-labels; null where the domain can't be one.

    ``münchen.de`` and ``xn--mnchen-3ya.de`` are one domain. Local parts are only brought to NFC: RFC 6531
    leaves their meaning to the receiver.
    """
    foreign = pc.invert(pc.match_substring_regex(addresses, ASCII))
    rows = np.flatnonzero(pc.fill_null(foreign, False).to_numpy(zero_copy_only=False))  # noqa: FBT003
    if not len(rows):
        return addresses
    domains: dict[str, str | None] = {}
    formed = [_one_domain(text, domains) for text in addresses.take(pa.array(rows)).to_pylist()]
    return pc.replace_with_mask(addresses, foreign, pa.array(formed, pa.string()))


def _one_domain(address: str, known: dict[str, str | None]) -> str | None:
    """``known`` is domain -> its one form: encoding takes a millisecond, and few domains are many's."""
    local_part, _, domain = address.partition("@")
    if domain not in known:
        try:
            known[domain] = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError:
            known[domain] = None
    formed = known[domain]
    return formed and f"{unicodedata.normalize('NFC', local_part)}@{formed}"


def tails(phones: pa.Array) -> pa.Array:
    """The last digits of each number as typed; null where there are too few."""
    digits = pc.replace_substring_regex(phones, r"\D", "")
    enough = pc.greater_equal(pc.binary_length(digits), TAIL_DIGITS)
    return pc.if_else(
        enough, pc.utf8_slice_codeunits(digits, -TAIL_DIGITS), pa.scalar(None, pa.string())
    )


def e164(phones: pa.Array, countries: pa.Array) -> pa.Array:
    """E.164 of each number, null where it is none of its country or has an extension.

    A number behind an extension is a switchboard's, so it is nobody's own.
    """
    known: dict[tuple[str, str | None], str | None] = {}
    found: list[str | None] = []
    for written in zip(phones.to_pylist(), countries.to_pylist(), strict=True):
        if written not in known:
            phone, country = written
            # 00 is how most of the world dials abroad, and is written where it is dialled otherwise, too.
            abroad = [f"+{phone.strip()[2:]}"] if phone and phone.strip().startswith("00") else []
            numbers = (_own_number(text, country) for text in (phone, *abroad))
            known[written] = next((number for number in numbers if number), None)
        found.append(known[written])
    return pa.array(found, pa.string())


def _own_number(phone: str, country: str | None) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def name_parts(name: str | None) -> frozenset[str]:
    """The words of a name, without accents, marks and case; digits are no name."""
    if not name:
        return frozenset()
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c if c.isalpha() else " " for c in plain if not unicodedata.combining(c))
    return frozenset(letters.split())


def are_compatible(one: frozenset[str], other: frozenset[str]) -> bool:
    """Neither says something that the other contradicts: 'A. Berg' and 'Anna Berg' may be one person."""
    short, long = sorted((one, other), key=len)
    return all(any(_same_word(word, its) for its in long) for word in short)


def _same_word(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])
