"""Lanes as the group file states them: what is read, and what is refused with which words."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from ingestion import group as group_file
from ingestion.group import GroupError
from ingestion.lanes import Lane

GROUP = """
[group]
name = "Tiny"
currency = "EUR"
zone = "Europe/Berlin"

[[accounts]]
system = "shopify"
account = "de"
legal_entity = "gmbh"
base_url = "http://127.0.0.1:1"
zone = "Europe/Berlin"
currency = "EUR"
owner = "ops"

[windows.nightly]
zone = "Europe/Berlin"
start = "01:00"
end = "05:00"
owner = "ops"

[lanes.one]
owner = "ops"
"""


def lane(folder: Path, settings: str) -> Lane:
    file = folder / "group.toml"
    file.write_text(GROUP + settings)
    return group_file.load(file).lanes["one"]


def test_a_lane_of_topics_takes_every_topic_of_its_patterns(tmp_path: Path):
    read = lane(tmp_path, 'every = "5s"\ntopics = ["orders/*", "refunds/create"]')
    assert read.every == timedelta(seconds=5)
    taken = [t for t in ("orders/edited", "refunds/create", "refunds/x") if read.takes(t)]
    assert taken == ["orders/edited", "refunds/create"]


@pytest.mark.parametrize(
    ("settings", "cron"),
    [
        ('every = "20m"\nstreams = ["shopify.customers"]', "*/20 * * * *"),
        ('every = "6h"\nstreams = ["shopify"]\nwindow = "nightly"', "0 */6 * * *"),
        ('every = "1d"\nat = "06:30"\nmarts = ["customer_ltv"]', "30 6 * * *"),
        ('every = "1d"\nmarts = ["customer_ltv"]', "0 0 * * *"),
    ],
)
def test_a_cadence_is_a_schedule(tmp_path: Path, settings: str, cron: str):
    assert lane(tmp_path, settings).cron == cron


def test_a_daily_lane_is_due_at_its_time(tmp_path: Path):
    read = lane(tmp_path, 'every = "1d"\nat = "06:30"\nmarts = ["customer_ltv"]')
    assert (read.at, read.every, read.carried) == (
        time(6, 30),
        timedelta(days=1),
        ("customer_ltv",),
    )


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ('every = "5s"', "it carries one of topics, streams, marts; it names 0"),
        ('every = "5s"\ntopics = ["a"]\nmarts = ["b"]', "it names 2"),
        ('every = "5s"\ntopics = []', "'topics' is \\[\\]; write a list of names"),
        ('every = "20m"\ntopics = ["a"]', "every = '20m'; write 1s to 60s"),
        ('every = "25m"\nstreams = ["shopify"]', "every = '25m'; write an even part of an hour"),
        ('every = "5s"\nstreams = ["shopify"]', "every = '5s'; write an even part of an hour"),
        ('every = "soon"\nmarts = ["a"]', "every = 'soon'"),
        ('every = "1h"\nat = "06:00"\nmarts = ["a"]', "'at' is for a lane of every = '1d'"),
        ('every = "1h"\nstreams = ["stripe.charges"]', "no account of 'stripe'; it has shopify"),
        (
            'every = "1h"\nstreams = ["shopify.carts"]',
            "can't be loaded by itself; of shopify these",
        ),
        ('every = "1h"\nmarts = ["a"]\nwindow = "daily"', "declare \\[windows.daily\\]"),
        ('every = "1h"\nmarts = ["a"]\nspeed = 3', "'speed' is no setting of a lane"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_to_write(
    tmp_path: Path, settings: str, complaint: str
):
    with pytest.raises(GroupError, match=f"lane 'one'.*{complaint}"):
        lane(tmp_path, settings)
