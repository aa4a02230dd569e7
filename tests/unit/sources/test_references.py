"""Names of orders, products and links: one order is one name, and what a person typed in place of a name is hashed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.desk import Shop, ShopSettings
from pipelines.sources.references import link_ref, opted_in_order_ref, order_number_ref, product

SHOP = Shop(ShopSettings("shop", "EUR", "UTC"), key=b"k" * 32)
TYPED = ["jane.doe@example.com", "call +49 151 23456789", "me@x.de 0151/2345678"]


@pytest.mark.parametrize("told", ["#1017", "1017", " #10 17 ", "#1017 "])
def test_one_order_is_one_name(told: str) -> None:
    assert order_number_ref(told) == "no:1017"


@pytest.mark.parametrize("typed", TYPED)
def test_what_is_no_name_is_hashed(typed: str) -> None:
    for name in (order_number_ref(typed), opted_in_order_ref(f"order_{typed}"), product(SHOP, typed), link_ref(SHOP, typed)):
        assert name is not None
        assert not any(part in name for part in ("jane", "example", "23456", "2345678", "@"))


@given(st.integers(1_000_000, 999_999_999_999_999))
def test_a_ref_that_could_be_a_telephone_number_is_hashed(number: int) -> None:
    assert str(number) not in str(link_ref(SHOP, str(number)))


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9_=-]{0,40}", fullmatch=True))
def test_a_plain_ref_stays_readable(ref: str) -> None:
    assert link_ref(SHOP, ref) == ref
