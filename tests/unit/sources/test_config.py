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


def _with(attribution: str) -> str:
    return GOOD.replace("[shop.assets]", f"[shop.attribution]\n{attribution}\n[shop.assets]")


def test_attribution_settings_are_told_key_by_key() -> None:
    told = 'touches = "reset"\nfirst_share_ppb = 0\ndirect_channels = ["direct", "email"]\npresets = ["7d_click"]\n'
    told += "windows.any = { click_s = 60, view_s = 0 }\n"
    told += "windows.7d_click.channels.email = { click_s = 86400 }"
    [record] = config_events(parse_shops(_with(told)), 0)
    assert {row.key: row.value for row in record if row.key.startswith("attribution.")} == {
        "attribution.touches": "reset",
        "attribution.half_life_s": "604800",
        "attribution.first_share_ppb": "0",
        "attribution.last_share_ppb": "400000000",
        "attribution.direct_channels": "direct,email",
        "attribution.presets": "7d_click",
        "attribution.look_back.any.click.": "60",
        "attribution.look_back.any.view.": "0",
        "attribution.look_back.7d_click.click.email": "86400",
    }


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ('touches = "once"', "shop 'berlin-blumen': attribution.touches: expected reuse or reset, not 'once'"),
        ("half_life_s = 0", r"attribution\.half_life_s: expected 1 to"),
        ("last_share_ppb = 700000000", "expected 1000000000 together at the most"),
        ("first_share_ppb = -1", r"attribution\.first_share_ppb: expected 0 to"),
        ('direct_channels = ["a.b"]', r"attribution\.direct_channels: 'a\.b': expected 1 to 64"),
        ('presets = ["1d_click"]', r"attribution\.presets: expected 7d_click and what else is wanted of 1d_click"),
        ('presets = ["7d_click", "2d_click"]', r"attribution\.presets: expected 7d_click"),
        ("windows.Any = { click_s = 1 }", r"attribution\.windows: 'Any': expected 1 to 64"),
        ("windows.any = { }", r"attribution\.windows\.any: expected one of click_s"),
        ("windows.any = { click_s = 99999999 }", r"attribution\.windows\.any\.click_s: expected 0 to"),
        ("windows.any.channels.ads = { view_s = -1 }", r"attribution\.windows\.any\.channels\.ads\.view_s: expected 0 to"),
        ('windows.any.channels."" = { view_s = 1 }', r"attribution\.windows\.any\.channels: '': expected"),
        ('windows.any = { click_s = "7d" }', r"Expected `int \| null`, got `str`.*click_s"),
        ("windows.any = { clicks_s = 1 }", "clicks_s"),
        ("half_live_s = 1", "half_live_s"),
    ],
)
def test_a_wrong_attribution_setting_is_named(told: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        parse_shops(_with(told))
