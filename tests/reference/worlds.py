"""Random small worlds: a handful of people, orders and ads told in every way that the models have to bear.

Few names and clustered times make ties, repetitions, moved days and exact window edges likely.
"""

from __future__ import annotations

from random import Random
from typing import Any

from pipelines.sources.rows import (
    AdSpend,
    ConsentEvent,
    IdentityLink,
    MessageEvent,
    OrderEvent,
    OrderLine,
    OrderReference,
    Refund,
    Row,
    Touch,
)

START_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
_EDGES_S = (0, 1, 599, 600, 601, 86_399, 86_400, 604_799, 604_800, 604_801, 2_419_200, 2_419_201)
_CLICKS = {
    "ad_referral": "meta_ads",
    "link_referral": "messenger_link",
    "organic_post": "organic_post",
    "store_qr": "store_qr",
    "sponsored_message": "sponsored_message",
}
_OTHER_TOUCHES = {"product_share": "product", "app_share": "app_share"}
_KINDS = ("text", "like", "reaction", "product_share", "postback", "delivery", "template", "story_reply", "cart", "unreaction")


class World:
    """The rows of one shop, drawn from one seed."""

    def __init__(self, seed: int, shop_id: str) -> None:
        self.random = Random(seed)
        self.shop_id = shop_id
        self.offset_ms = self.random.choice((0, 9, -8)) * 3_600_000
        self.anchors = [START_MS + self.random.randrange(40 * 86_400) * 1000 for _ in range(2)]
        self.rows: list[Row] = []
        for make, most in (
            (self.touch, 12), (self.message, 12), (self.order, 8), (self.refund, 3), (self.link, 4), (self.spend, 6), (self.consent, 2), (self.cart, 2),
        ):
            for _ in range(self.random.randint(0, most)):
                make()

    def moment(self, *signs: int) -> int:
        """A time that is often exactly one window before (-1), at (0) or after (1) another; by default any of them."""
        edge = self.random.choice(_EDGES_S) * 1000 * self.random.choice(signs or (-1, 1))
        return self.random.choice(self.anchors) + edge + self.random.choice((0, 0, 0, 500))

    def base(self, source: str, occurred_ms: int) -> dict[str, Any]:
        return {
            "shop_id": self.shop_id,
            "source": source,
            "occurred_ms": occurred_ms,
            "occurred_day": (occurred_ms + self.offset_ms) // 86_400_000,
        }

    def maybe(self, value: Any, chance: float = 0.5) -> Any:
        return value if self.random.random() < chance else None

    def thread(self) -> str:
        return self.random.choice(("p1", "p2", "p3", "u1"))

    def touch(self) -> None:
        random, at = self.random, self.moment(-1)
        kind, channel = random.choice(list({**_CLICKS, **_OTHER_TOUCHES}.items()))
        person, ad = self.maybe(self.thread(), 0.9), self.maybe(random.choice(("a1", "a2", "a9")), 0.8) if kind == "ad_referral" else None
        for _ in range(random.choice((1, 1, 2))):
            self.rows.append(
                Touch(
                    **self.base("messenger", at), asset_id="1", touch_key=f"{person}-{kind}-{ad}-{at}", kind=kind, channel=channel,
                    person_key=person, ad_id=ad, ref=self.maybe("r"), click_key=self.maybe("k"), product_id=self.maybe("x"),
                )
            )  # fmt: skip
            at += random.choice((0, 600_000, 601_000))

    def message(self) -> None:
        random, at = self.random, self.moment()
        kind, key, person = random.choice(_KINDS), f"m{random.randrange(20)}", self.maybe(self.thread(), 0.95)
        direction = random.choice(("in", "in", "out"))
        offers = direction == "out" and random.random() < 0.7
        for standby in random.choice(((False,), (True,), (False, True))):
            self.rows.append(
                MessageEvent(
                    **self.base("messenger", at), asset_id="1", message_key=key, kind=kind, direction=direction, person_key=person,
                    is_standby=standby, product_id=self.maybe("x", 0.3), order_ref=f"no:{random.randint(1, 4)}" if offers else None,
                    offers_reorder=offers,
                )
            )  # fmt: skip
            if offers and random.random() < 0.6:
                like_at = at + random.choice((1, 1000, 86_400_000))
                self.rows.append(
                    MessageEvent(
                        **self.base("messenger", like_at), asset_id="1", message_key=key + "l", kind="like", direction="in", person_key=person
                    )
                )

    def order(self) -> None:
        random, number = self.random, self.random.randint(1, 5)
        source = random.choice(("shopify", "shopify", "messenger", "whatsapp", "orders_table"))
        ref = f"shopify:{number}" if source == "shopify" and random.random() < 0.4 else f"no:{number}"
        created, told = self.moment(0, 0, 1), self.moment()
        currency = "EUR" if random.random() < 0.9 else "USD"
        if source == "shopify" and random.random() < 0.7:
            self.rows.append(OrderReference(**self.base(source, created), order_ref=f"shopify:{number}", same_as_ref=f"no:{number}"))
        person = self.maybe(random.choice(("c1", "c2")) if source in ("shopify", "orders_table") else self.thread(), 0.9)
        version = f"v{random.randrange(3)}"
        lines = [(f"l{n}", random.choice((0, 1, 700, 999, 1000, -100)), random.choice((0, 0, 33)), random.choice((0, 19))) for n in range(random.randrange(4))]
        for key, gross, discount, tax in lines:
            self.rows.append(
                OrderLine(
                    **self.base(source, created), order_ref=ref, told_ms=told, version_key=version, line_key=key, quantity=1, gross_minor=gross,
                    currency=currency, unit_price_micro=0, discount_minor=discount, tax_minor=tax, product_id=self.maybe(random.choice("xy")),
                    title=self.maybe("A title"),
                )
            )  # fmt: skip
        gross = sum(line[1] for line in lines) + random.choice((0, 0, 0, 7))
        has_money = source != "orders_table" and random.random() < 0.9
        money: dict[str, Any] = {}
        if has_money:
            money = {
                "gross_minor": gross, "discount_minor": self.maybe(sum(line[2] for line in lines) + random.choice((0, 10))),
                "tax_minor": self.maybe(random.randrange(50)), "shipping_minor": self.maybe(490), "version_key": self.maybe(version, 0.8),
            }  # fmt: skip
        state = random.choice(("created", "confirmed", "paid"))
        self.rows.append(
            OrderEvent(**self.base(source, created), asset_id="1", order_ref=ref, state=state, told_ms=told, person_key=person, currency=currency, **money)
        )
        for later in ("paid", "shipped", "delivered", "cancelled"):
            if random.random() < 0.3:
                self.rows.append(OrderEvent(**self.base(source, self.moment()), asset_id="1", order_ref=ref, state=later, told_ms=told))

    def refund(self) -> None:
        random, number = self.random, self.random.randint(1, 6)
        ref = self.maybe(random.choice((f"no:{number}", f"shopify:{number}")), 0.8)
        self.rows.append(
            Refund(
                **self.base("shopify", self.moment()), refund_key=f"r{random.randrange(4)}", line_key=f"l{random.randrange(3)}",
                kind=random.choice(("goods", "goods", "discrepancy", "tax", "shipping")), currency=random.choice(("EUR", "EUR", "USD")),
                refund_minor=random.choice((1, 250, 1000)), order_ref=ref, product_id=self.maybe("x"),
            )
        )  # fmt: skip

    def link(self) -> None:
        person, linked = self.random.choice((("p1", "c1"), ("p2", "c1"), ("p2", "c2"), ("u1", "p1"), ("p3", "c2"), ("u1", "u1")))
        self.rows.append(IdentityLink(**self.base("shopify", self.moment(-1, -1, 0, 1)), person_key=person, linked_key=linked, reason="note_attribute"))

    def spend(self) -> None:
        random = self.random
        day_ms = self.moment() // 86_400_000 * 86_400_000
        ad, campaign = random.choice((("a1", "k1"), ("a2", "k1"), ("a3", "k2"), ("a3", None)))
        self.rows.append(
            AdSpend(
                **self.base("meta_insights", day_ms), account_id="acc", ad_id=ad, currency=random.choice(("EUR", "EUR", "EUR", "USD")),
                ad_spend_minor=random.choice((0, 100, 333)), impressions=random.randrange(9), clicks=random.randrange(3),
                told_ms=self.maybe(self.moment()), ad_name=self.maybe(f"Ad {ad}"), campaign_id=campaign,
                campaign_name=self.maybe(f"Campaign {random.randrange(2)}") if campaign else None, adset_id=self.maybe("s1"),
            )
        )  # fmt: skip

    def consent(self) -> None:
        random, number = self.random, self.random.randint(1, 5)
        self.rows.append(
            ConsentEvent(
                **self.base("messenger", self.moment()), person_key=self.thread(), purpose=random.choice(("order_updates", "marketing_messages")),
                state=random.choice(("granted", "granted", "withdrawn")), basis="checkbox_plugin", order_ref=self.maybe(f"no:{number}", 0.8),
            )
        )  # fmt: skip

    def cart(self) -> None:
        at, key = self.moment(), f"cart:m{self.random.randrange(3)}"
        person = self.maybe(self.thread(), 0.9)
        for product in self.random.choice(((), ("x",), ("x", "y"))):
            self.rows.append(
                OrderLine(
                    **self.base("whatsapp", at), order_ref=key, told_ms=at, version_key="v", line_key=product, quantity=1, gross_minor=500,
                    currency="EUR", unit_price_micro=0, product_id=product,
                )
            )  # fmt: skip
        self.rows.append(
            OrderEvent(**self.base("whatsapp", at), asset_id="1", order_ref=key, state="cart", told_ms=at, person_key=person, currency="EUR", version_key="v")
        )
