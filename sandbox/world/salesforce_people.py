"""``truth.outsiders``: people whom no shop ever saw, each there to play a named case of sales or support.

Salesforce and Zendesk both know some of them. What is written in their e-mail field stands here as it is
written; ``form`` is what it is to the answer key: plain, or invalid, or shared with others (``role``, ``disposable``).
"""

from typing import NamedTuple

import duckdb

from sandbox.world import shops
from sandbox.world.columns import store_rows
from sandbox.world.people import person

FIRST_OUTSIDER = 60_000_000  # above every lead
SWITCHBOARD = "+494030099000"  # one number for everybody in an office
OFFICE = "office@hansekontor.example"
DISPOSABLE = "angebot@mailinator.com"
LONG_EMAIL = f"{'lang' * 2_497}e@example.de"  # 10,000 characters
IDN = "bücherkiste.example"
IDN_ASCII = IDN.encode("idna").decode()


class Outsider(NamedTuple):
    """``home`` is the shop whose sales organisation would look after them."""

    name: str
    first_name: str
    last_name: str
    country: str
    language: str
    home: int
    email: str | None
    form: str
    phone: str | None = None


def _german(name: str, first: str, last: str, email: str | None, form: str = "plain",
            phone: str | None = None) -> Outsider:  # fmt: skip
    return Outsider(name, first, last, "DE", "de", shops.DE, email, form, phone)


OUTSIDERS = [
    _german("gift_recipient", "Hedda", "Falk", "hedda.falk@example.de"),
    # The number is the one that the person of ``second_address`` had before: see below.
    _german("number_heir", "Tilo", "Brandt", None, "none"),
    _german("office_1", "Renate", "Oster", OFFICE, "role", SWITCHBOARD),
    _german("office_2", "Holger", "Pohl", OFFICE, "role", SWITCHBOARD),
    _german("office_3", "Silke", "Quast", OFFICE, "role", SWITCHBOARD),
    _german("office_4", "Arne", "Reimers", "arne.reimers@hansekontor.example", phone=SWITCHBOARD),
    _german("office_5", "Wiebke", "Stahl", "wiebke.stahl@hansekontor.example", phone=SWITCHBOARD),
    _german("wrong_id", "Jette", "Lorenz", "jette.lorenz@example.net"),
    # Somebody else's address but for the dots, at a provider that doesn't ignore them.
    Outsider("dots_elsewhere", "Nadia", "Rowe", "US", "en", shops.WORLD, None, "plain"),
    # The name of ``three_shops``, and nothing else of theirs.
    _german("homonym", "", "", "namensvetter@example.net"),
    _german("disposable_1", "Max", "Muster", DISPOSABLE, "disposable"),
    _german("disposable_2", "Erika", "Beispiel", DISPOSABLE, "disposable"),
    _german("email_without_at", "Ines", "Thiel", "ines.thiel.example.de", "invalid"),
    _german("email_two_ats", "Knut", "Ahrens", "knut@@example.de", "invalid"),
    _german("email_blank", "Lotte", "Iversen", "   ", "invalid"),
    _german("email_unicode", "Jürgen", "Öhler", "jürgen😀 öhler@example.de", "invalid"),
    _german("email_10000", "Britta", "Lang", LONG_EMAIL, "invalid"),
    _german("phone_in_name", "+49 160", "99900017", None, "none"),
    Outsider("clinic_jp", "Haruki", "Endo", "JP", "ja", shops.JP, "haruki.endo@example.jp", "plain"),
    _german("merged_stranger", "Frauke", "Bohn", "frauke.bohn@example.de"),
    _german("unmerged", "Gesa", "Harms", "gesa.harms@example.de"),
]  # fmt: skip


def outsider(name: str) -> int:
    """The number of a named outsider."""
    return FIRST_OUTSIDER + [one.name for one in OUTSIDERS].index(name)


def create_outsiders(con: duckdb.DuckDBPyConnection) -> None:
    rows = [(outsider(one.name), *one) for one in OUTSIDERS]
    store_rows(con, "truth.outsiders", ["pid", *Outsider._fields], rows)
    for name, like, column, value in (
        ("number_heir", "second_address", "phone", "p.phone"),
        ("dots_elsewhere", "regular", "email", "replace(p.mail_name, '.', '') || '@' || p.mail_domain"),
        ("homonym", "three_shops", "first_name", "p.first_name"),
        ("homonym", "three_shops", "last_name", "p.last_name"),
    ):  # fmt: skip
        con.execute(
            f"""update truth.outsiders set {column} = (
                select {value} from truth.persons as p where p.pid = {person(like)})
            where pid = {outsider(name)}"""
        )


def email_of(form: str, tag: str) -> str:
    """SQL of a person's address in a form; needs ``mail_name`` and ``mail_domain``."""
    return f"""case {form}
        when 'plain' then mail_name || '@' || mail_domain
        when 'capitals' then upper(mail_name) || '@' || upper(mail_domain)
        when 'tagged' then mail_name || '+{tag}@' || mail_domain
        when 'dotless' then replace(mail_name, '.', '') || '@googlemail.com'
        when 'second' then 'work.' || mail_name || '@example.org'
        when 'private' then 'privat.' || mail_name || '@example.com'
        when 'idn' then mail_name || '@{IDN}'
        when 'punycode' then mail_name || '@{IDN_ASCII}'
        when 'invalid' then mail_name || '@' end"""


def phone_as(style: str, phone: str) -> str:
    """SQL of a number as people write it down; ``style`` is a number from 0, ``phone`` in E.164."""
    return f"""case when {phone} is null then null
        when {style} % 4 = 1 and {phone} like '+49%' then '0' || substr({phone}, 4, 3) || ' ' || substr({phone}, 7)
        when {style} % 4 = 2 and {phone} like '+49%' then '+49 (0)' || substr({phone}, 4, 3) || '/' || substr({phone}, 7)
        when {style} % 4 = 1 and {phone} like '+81%' then '0' || substr({phone}, 4, 2) || '-' || substr({phone}, 6)
        when {style} % 4 = 2 and {phone} like '+1%' then '(' || substr({phone}, 3, 3) || ') ' || substr({phone}, 6)
        when {style} % 4 = 3 then '00' || substr({phone}, 2)
        else {phone} end"""
