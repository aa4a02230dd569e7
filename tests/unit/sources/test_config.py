"""shops.toml: what it declares, and one clear line for what it gets wrong."""

from __future__ import annotations

import pytest

from pipelines.sources.config import ConfigError, config_events, directory, is_shops_file, parse_shops

GOOD = """
[[shop]]
id = "berlin-blumen"
name = "Berlin Blumen"
currency = "EUR"
zone = "Europe/Berlin"
sample = true
[shop.assets]
messenger = ["1001"]
shopify = ["berlin.example"]
"""

OTHER = """
[[shop]]
id = "other"
name = "Other"
currency = "EUR"
zone = "UTC"
group = "x"
"""


def test_settings_come_back_as_they_were_told() -> None:
    rows = [row for record in config_events(parse_shops(GOOD), 1_700_000_000_000) for row in record]
    told = directory([(row.shop_id, row.key, row.value) for row in rows])
    assert told.sample_shops == {"berlin-blumen"}
    settings = told.shops_by_asset["shopify", "berlin.example"]
    assert (settings.shop_id, settings.currency, settings.zone) == ("berlin-blumen", "EUR", "Europe/Berlin")
    assert is_shops_file(GOOD)


def test_a_shop_reports_in_its_own_currency_unless_it_says_otherwise() -> None:
    for text, expected in ((GOOD, "EUR"), (GOOD.replace("sample", 'reporting_currency = "CHF"\nsample'), "CHF")):
        rows = [row for record in config_events(parse_shops(text), 0) for row in record]
        assert [row.value for row in rows if row.key == "reporting_currency"] == [expected]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (GOOD.replace("EUR", "EURO"), "currency 'EURO' is not an ISO 4217 code"),
        (GOOD.replace("sample", 'reporting_currency = "EURO"\nsample'), "reporting_currency 'EURO' is not an ISO 4217 code"),
        (GOOD.replace("Europe/Berlin", "Berlin"), "zone 'Berlin' is not an IANA time zone"),
        (GOOD.replace('id = "berlin-blumen"', 'id = "../x"'), "id must be"),
        (GOOD.replace("messenger =", "telegram ="), r"assets\.telegram: expected one of messenger"),
        (GOOD.replace("currency", "curency"), "curency"),
        (GOOD + GOOD.replace("berlin-blumen", "other"), "belongs to both"),
        ("[[shop]\n", "Expected"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why) as told:
        parse_shops(text)
    assert "\n" not in str(told.value)


def test_the_shops_of_a_group_know_each_other() -> None:
    shop = '[[shop]]\nid = "{0}"\nname = "{0}"\ncurrency = "EUR"\nzone = "UTC"\ngroup = "{1}"\nassets = {{ messenger = ["{0}"] }}\n'
    text = "".join(shop.format(*each) for each in (("a", "x"), ("b", "x"), ("c", "y"), ("d", "")))
    rows = [row for record in config_events(parse_shops(text), 0) for row in record]
    told = directory([(row.shop_id, row.key, row.value) for row in rows])
    assert told.group_of == {"a": "x", "b": "x", "c": "y"}
    assert {asset: shop.siblings for (_, asset), shop in told.shops_by_asset.items()} == {"a": ("b",), "b": ("a",), "c": (), "d": ()}
