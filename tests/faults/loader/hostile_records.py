"""Files whose records are hostile: nesting, size, encodings, numbers, wrong types everywhere, tables and settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.faults.loader.hostile_files import MIB, Hostile, holding
from tests.flow.test_cli_bad_input import message
from tests.messaging import items
from tests.messaging_bodies import CHANGES, THREAD_ITEMS, WHATSAPP_BODIES
from tests.shopify_deliveries import order

# As they stand in JSON.
VALUES = (
    *("null", "true", "-0", "-0.0", "0.1", "1e400", "-1e400", "1" * 400, "-1", str(2**63), str(2**64), "NaN", "Infinity"),
    *('""', '"\\u0000"', '"\\ud800"', '"\\u001e\\u001f"', f'"{"x" * 5000}"', '"-0"', '"1e999999999"', '"NaN"', f'"{"1" * 400}"'),
    *("[]", "{}", "[[]]", '[{"id": []}]', '{"id": {"id": null}}', "[" * 200 + "]" * 200, '"9999-12-31T23:59:59Z"', '"0001-01-01"'),
)
_HERE = "put the value here"
_INSIGHTS = {
    "data": [
        {
            "account_id": "7",
            "account_currency": "EUR",
            "campaign_id": "1",
            "adset_id": "2",
            "ad_id": "3",
            "date_start": "2026-03-01",
            "date_stop": "2026-03-01",
            "impressions": "100",
            "clicks": "3",
            "spend": "1.25",
            "actions": [{"action_type": "link_click", "value": "2"}],
        }
    ]
}
_MAPPING = """
asset = "till"
currency = "EUR"
zone = "Europe/Berlin"
grain = "line"
[columns]
order = "number"
ordered_at = "ordered_at"
product = "product"
quantity = "quantity"
unit_price = "price"
discount = "discount"
email = "email"
"""
_CELLS = {
    "number": "A1",
    "ordered_at": "2026-03-01T10:00:00",
    "product": "rose",
    "quantity": "2",
    "price": "2.50",
    "discount": "0.10",
    "email": "a@b.example",
}


def _places(value: Any) -> Iterator[Any]:
    """The value again and again, each time with another part of it replaced."""
    yield _HERE
    if isinstance(value, dict):
        for name, part in value.items():
            yield from (value | {name: changed} for changed in _places(part))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from ([*value[:number], changed, *value[number + 1 :]] for changed in _places(part))


def _wrong_types(*bodies: Any) -> bytes:
    """A line for each value at each place of each body."""
    told = [json.dumps(changed) for body in bodies for changed in _places(body)]
    return "\n".join(line.replace(f'"{_HERE}"', value) for line in told for value in VALUES).encode()


def _in_message(text: str) -> bytes:
    return json.dumps(message(1)).replace('"hello"', text).encode() + b"\n"


def _mapped(name: str, content: bytes, loads: int | None = 0) -> Hostile:
    def make(path: Path) -> None:
        path.write_bytes(content)
        path.with_name("mapping.toml").write_text(_MAPPING)

    return Hostile(name, make, loads, ("--mapping", "mapping.toml"))


def _csv(*rows: str) -> bytes:
    return "\n".join([",".join(_CELLS), *rows]).encode()


def _wrong_cells() -> bytes:
    cells = [str(value).strip('"') for value in (*VALUES, "=1+1", "1,5", "١٢", "1_000", "0x10", "1" * 5000, "31/02/2026")]
    return _csv(*(",".join(f'"{(_CELLS | {name: cell})[each]}"' for each in _CELLS) for name in _CELLS for cell in cells))


RECORDS = (
    Hostile("nested.json", holding(b"[" * MIB)),
    Hostile("nested_objects.jsonl", holding((b'{"a":' * 100_000 + b"\n") * 20)),
    Hostile("nested_in_text.jsonl", holding(_in_message("[" * 100_000 + "]" * 100_000))),
    Hostile("nested_unknown_field.jsonl", holding(_in_message('"a", "new": ' + "[" * 100_000 + "]" * 100_000))),
    Hostile("many_lists.jsonl", holding(lambda: b"[" + b"[]," * (5 * MIB) + b"[]]\n")),
    Hostile("many_entries.json", holding(lambda: b'{"object":"page","entry":[' + b"{}," * (20 * MIB) + b"{}]}")),
    Hostile("many_objects.json", holding(lambda: b'[{"a":1}' + b',{"a":1}' * (6 * MIB) + b"]")),
    Hostile("string_of_20_mb.json", holding(lambda: b'{"object":"' + b"x" * 20_000_000 + b'"}')),
    Hostile("string_of_20_mb.jsonl", holding(lambda: b'{"object":"' + b"x" * 20_000_000 + b'"}\n')),
    Hostile("lone_surrogates.jsonl", holding(_in_message('"\\ud800"') + _in_message('"\\udc00\\ud800"') + b'"\xed\xa0\x80"\n')),
    Hostile("nul.jsonl", holding(_in_message('"a\0b"') + b"\0\n")),
    Hostile("escaped_nul.jsonl", holding(_in_message('"a\\u0000b"')), loads=1),
    Hostile("no_numbers.jsonl", holding(b"".join(_in_message(number) for number in ("NaN", "Infinity", "-Infinity", "1e400", "01", "+1")))),
    Hostile("duplicate_keys.jsonl", holding(_in_message('"a", "text": "b", "mid": 7, "mid": {}')), loads=0),
    Hostile("cut.json", holding(json.dumps(message(1)).encode()[:-9])),
    Hostile("one_after_the_other.json", holding(b"{}{}{}[]1")),
    Hostile("empty_objects.jsonl", holding(b"{}\n[]\n0\nnull\n" * 5)),
    Hostile(
        "bad_headers.jsonl",
        holding(b'{"headers":{"x-shopify-topic":[]},"body":"\\ud800"}\n{"headers":7,"body":{}}\n{"headers":{},"body":"{"}\n'),
    ),
    Hostile("wrong_types_messenger.jsonl", holding(lambda: _wrong_types(*map(items, THREAD_ITEMS[:12]))), loads=None),
    Hostile("wrong_types_instagram.jsonl", holding(lambda: _wrong_types(items(THREAD_ITEMS[0], platform="instagram"))), loads=None),
    Hostile("wrong_types_changes.jsonl", holding(lambda: _wrong_types(*({"field": name, **told} for name, told in CHANGES))), loads=None),
    Hostile("wrong_types_whatsapp.jsonl", holding(lambda: _wrong_types(*WHATSAPP_BODIES)), loads=None),
    Hostile("wrong_types_shopify.jsonl", holding(lambda: _wrong_types(order())), loads=None),
    Hostile("wrong_types_insights.jsonl", holding(lambda: _wrong_types(_INSIGHTS)), loads=None),
    Hostile("duplicate_headers.csv", holding(b"number,number,number,total\n1,2,3,4\n")),
    Hostile("open_quote.csv", holding(b'number,total\n1,"2\n' + b"3,4\n" * 200_000)),
    Hostile(
        "columns_100000.csv", holding(",".join(f"column{number}" for number in range(100_000)).encode() + b"\n" + b"," * 99_999 + b"\n")
    ),
    Hostile("one_column_100000_times.csv", holding(b",".join([b"a"] * 100_000) + b"\n" + b"," * 99_999 + b"\n")),
    _mapped("open_quote_mapped.csv", _csv('A1,"2026-03-01', *["A2,2026-03-01T10:00:00,rose,2,2.5,0,"] * 10_000), loads=None),
    _mapped("wrong_cells.csv", _wrong_cells(), loads=None),
    _mapped("wrong_cells.jsonl", _wrong_types(_CELLS), loads=None),
    _mapped("wrong_columns.csv", b"a,b\n1,2\n"),
    Hostile("nested.toml", holding(b"[[shop]]\nid = " + b"[" * 100_000)),
    Hostile("nested_tables.toml", holding(b"[[shop]]\n" + b"a." * 100_000 + b"a = 1")),
    Hostile("nested_quoted_tables.toml", holding(b"[[shop]]\n[" + b"'a' . " * 100_000 + b"a]")),
    Hostile("huge_number.toml", holding(b"[[shop]]\nid = " + b"1" * 100_000)),
    Hostile("line_ends.toml", holding(b"\n" * 900_000)),
    Hostile("settings_of_2_mib.toml", holding(b"[[shop]]\n" + b"#" * (2 * MIB))),
    Hostile("many_shops.toml", holding(b"[[shop]]\n" * 100_000)),
    Hostile("long_name.toml", holding(b'[[shop]]\nid = "' + b"x" * 900_000 + b'"')),
    Hostile("wrong_zone.toml", holding(b'[[shop]]\nid = "a"\nname = "A"\ncurrency = "EUR"\nzone = "../../etc/passwd"\n')),
)
