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
_EDGES_S = (0, 1, 599, 600, 601, 86_399, 86_400, 172_800, 172_801, 345_600, 345_601, 604_799, 604_800, 604_801, 2_419_200, 2_419_201)
_CLICKS = {kind: kind for kind in ("organic_post", "store_qr", "sponsored_message")}
_CLICKS |= {"ad_referral": "meta_ads", "ad_click": "ads", "free_entry_point": "meta_ads", "link_referral": "messenger_link"}
_OTHER_TOUCHES = {"product_share": "product", "app_share": "app_share", "ad_impression": "ads"}
_KINDS = ("text", "like", "reaction", "product_share", "postback", "template", "story_reply", "cart", "unreaction")
_INTENTS = ("order_status", "order_change", "order_cancel", "order_return", "reorder", "greeting")
_STATUSES = ("sent", "delivered", "read", "failed", "played")


class World:
    """The rows of one shop, drawn from one seed."""

    def __init__(self, seed: int, shop_id: str) -> None:
        self.random = Random(seed)
        self.shop_id = shop_id
        self.offset_ms = self.random.choice((0, 9, -8)) * 3_600_000
        self.anchors = [START_MS + self.random.randrange(40 * 86_400) * 1000 for _ in range(2)]
        self.rows: list[Row] = []
        most = {self.touch: 12, self.message: 12, self.order: 8, self.reference: 5, self.refund: 6, self.link: 6}
        most |= {self.spend: 6, self.consent: 4, self.cart: 2, self.watermark: 6, self.status: 6, self.revision: 4}
        most |= {self.update: 5, self.ask: 6, self.share: 5}
        for make, times in most.items():
            for _ in range(self.random.randint(0, times)):
                make()

    def moment(self, *signs: int) -> int:
        """A time that is often exactly one window before (-1), at (0) or after (1) another; by default any of them."""
        edge = self.random.choice(_EDGES_S) * 1000 * self.random.choice(signs or (-1, 1))
        return self.random.choice(self.anchors) + edge + self.random.choice((0, 0, 0, 500))

    def tell(self, row_type: type[Row], source: str, occurred_ms: int, **fields: Any) -> None:
        """Adds one row."""
        day = (occurred_ms + self.offset_ms) // 86_400_000
        self.rows.append(row_type(shop_id=self.shop_id, source=source, occurred_ms=occurred_ms, occurred_day=day, **fields))

    def maybe(self, value: Any, chance: float = 0.5) -> Any:
        return value if self.random.random() < chance else None

    def thread(self) -> str:
        return self.random.choice(("p1", "p2", "p3", "u1"))

    def name(self, number: int) -> str:
        """One of the two names of an order."""
        return self.random.choice((f"no:{number}", f"shopify:{number}"))

    def touch(self) -> None:
        random, at = self.random, self.moment(-1)
        kind, channel = random.choice(list({**_CLICKS, **_OTHER_TOUCHES}.items()))
        person = self.maybe(self.thread(), 0.9)
        ad = self.maybe(random.choice(("a1", "a2", "a9")), 0.8) if kind in ("ad_referral", "ad_click") else None
        told = {"kind": kind, "channel": channel, "person_key": person, "ad_id": ad, "product_id": self.maybe("x")}
        for _ in range(random.choice((1, 1, 2))):
            key = f"{person}-{kind}" if kind == "free_entry_point" else f"{person}-{kind}-{ad}-{at}"
            self.tell(Touch, "messenger", at, asset_id="1", touch_key=key, ref=self.maybe("r"), click_key=self.maybe("k"), **told)
            at += random.choice((0, 600_000, 601_000))

    def message(self) -> None:
        random, at = self.random, self.moment()
        key, direction = f"m{random.randrange(20)}", random.choice(("in", "in", "out"))
        offers = direction == "out" and random.random() < 0.7
        alike = {"asset_id": "1", "person_key": self.maybe(self.thread(), 0.95)}
        offer = {"offers_reorder": True, "order_ref": f"no:{random.randint(1, 4)}"} if offers else {}
        told = {"message_key": key, "kind": random.choice(_KINDS), "direction": direction, **alike, **offer}
        for standby in random.choice(((False,), (True,), (False, True))):
            self.tell(MessageEvent, "messenger", at, is_standby=standby, product_id=self.maybe("x", 0.3), **told)
        if offers and random.random() < 0.6:
            at += random.choice((1, 1000, 86_400_000))
            self.tell(MessageEvent, "messenger", at, message_key=key + "l", kind="like", direction="in", **alike)

    def share(self) -> None:
        """A GIF, clip or sticker from another app, which a thread or the app itself tells."""
        random, at, person = self.random, self.moment(), self.maybe(self.thread(), 0.9)
        app = random.choice(("giphy", "unknown"))
        if random.random() < 0.5:
            told = {"ref": random.choice(("gif", "clip", "sticker")), "app": app, "kind": "app_share", "channel": "app_share"}
            self.tell(Touch, "app_share", at, asset_id="1", touch_key=f"s{random.randrange(9)}", person_key=person, **told)
        else:
            told = {"kind": random.choice(("image", "sticker")), "direction": random.choice(("in", "out")), "app": app}
            self.tell(MessageEvent, "messenger", at, asset_id="1", message_key=f"m{random.randrange(9)}s", person_key=person, **told)

    def watermark(self) -> None:
        """A delivery or read that covers messages at, just before or just after it, and may name one."""
        random, kind = self.random, self.random.choice(("delivery", "read"))
        mark = self.moment() + random.choice((-1, 0, 0, 1))
        told = {"watermark_ms": self.maybe(mark, 0.8), "refers_to_key": self.maybe(f"m{random.randrange(20)}", 0.4)}
        self.thread_event(random.choice((mark, mark + 1000)), kind, f"{kind}{random.randrange(9)}", **told)

    def status(self) -> None:
        """A step of a message that may have no echo, told once or again later."""
        random, status = self.random, self.random.choice(_STATUSES)
        key = f"m{random.randrange(26)}"
        told = {"order_ref": f"no:{random.randint(1, 5)}", "order_stage": self.maybe("shipping")} if random.random() < 0.5 else {}
        for _ in range(random.choice((1, 1, 2))):
            self.thread_event(self.moment(), "status", f"{key}{status}", refers_to_key=key, status=status, **told)

    def revision(self) -> None:
        random, kind = self.random, self.random.choice(("edit", "edit", "delete"))
        self.thread_event(
            self.moment(), kind, f"{kind}{random.randrange(6)}", refers_to_key=f"m{random.randrange(20)}{random.choice(('', 'q'))}"
        )

    def thread_event(self, at: int, kind: str, key: str, **told: Any) -> None:
        direction = "in" if kind in ("edit", "delete") else "none"
        self.tell(
            MessageEvent, "messenger", at, asset_id="1", message_key=key, kind=kind, direction=direction, person_key=self.thread(), **told
        )

    def update(self) -> None:
        """A message of the business that names an order, and perhaps a stage of it."""
        random = self.random
        stage = self.maybe(random.choice(("confirmation", "shipping", "delivery")), 0.6)
        told = {"order_ref": self.name(random.randint(1, 5)), "order_stage": stage, "kind": random.choice(("text", "receipt"))}
        key = f"m{random.randrange(26)}"
        self.tell(
            MessageEvent, "messenger", self.moment(), asset_id="1", message_key=key, direction="out", person_key=self.thread(), **told
        )

    def ask(self) -> None:
        """Questions about an order, which follow each other at the edges of a day, and what may answer them."""
        random, at, person = self.random, self.moment(0), self.thread()
        for number in range(random.choice((1, 2, 3))):
            told = {"message_key": f"m{random.randrange(20)}q", "kind": "text", "intent": random.choice(_INTENTS[: random.choice((2, 6))])}
            self.tell(MessageEvent, "messenger", at, asset_id="1", direction="in", person_key=person, **told)
            if random.random() < 0.5:
                answered = at + random.choice((0, 1000, 86_399_000, 172_800_000, 172_801_000))
                told = {"message_key": f"m{random.randrange(20)}a{number}", "kind": "text", "direction": "out"}
                self.tell(MessageEvent, "messenger", answered, asset_id="1", person_key=person, **told)
            at += random.choice((1000, 86_399_000, 86_400_000, 86_401_000))

    def order(self) -> None:
        random, number = self.random, self.random.randint(1, 5)
        source = random.choice(("shopify", "shopify", "messenger", "whatsapp", "orders_table", "ga4", "conversions_api"))
        ref = f"shopify:{number}" if source == "shopify" and random.random() < 0.4 else f"no:{number}"
        created, told = self.moment(0, 0, 1), self.moment()
        person = self.maybe(random.choice(("c1", "c2")) if source in ("shopify", "orders_table") else self.thread(), 0.9)
        currency, version = random.choice(("EUR", "EUR", "EUR", "EUR", "USD", "JPY")), f"v{random.randrange(3)}"
        alike = {"order_ref": ref, "told_ms": told}
        gross, discount = random.choice((0, 0, 0, 7)), random.choice((0, 10))
        for place in range(random.randrange(4)):
            line = {
                "gross_minor": random.choice((0, 1, 700, 999, 1000, -100)),
                "discount_minor": random.choice((0, 0, 33)),
                "tax_minor": random.choice((0, 19)),
                "shipping_minor": random.choice((0, 0, 490)),
                "product_id": self.maybe(random.choice("xy")),
                "title": self.maybe("A title"),
                "category": self.maybe(random.choice(("vases", "flowers")), 0.3),
            }
            names = {"version_key": version, "line_key": f"l{place}", "currency": currency}
            self.tell(OrderLine, source, created, **alike, **names, quantity=1, unit_price_micro=0, **line)
            gross, discount = gross + line["gross_minor"], discount + line["discount_minor"]
        money: dict[str, Any] = {"payment_method": self.maybe(random.choice(("paypal", "visa")), 0.4)}
        if source != "orders_table" and random.random() < 0.9:
            money |= {
                "gross_minor": gross,
                "discount_minor": self.maybe(discount),
                "tax_minor": self.maybe(random.randrange(50)),
                "shipping_minor": self.maybe(490),
                "version_key": self.maybe(version, 0.8),
            }
        state = random.choice(("created", "confirmed", "paid"))
        self.tell(OrderEvent, source, created, asset_id="1", **alike, state=state, person_key=person, currency=currency, **money)
        for later in ("paid", "shipped", "delivered", "cancelled"):
            if random.random() < 0.3:
                paid_by = self.maybe("bank", 0.2)
                self.tell(OrderEvent, source, self.moment(), asset_id="1", **alike, state=later, payment_method=paid_by)

    def reference(self) -> None:
        number = self.random.randint(1, 5)
        wins = self.random.choice((number, number, number, 1))
        self.tell(OrderReference, "shopify", self.moment(0), order_ref=f"shopify:{number}", same_as_ref=f"no:{wins}")

    def refund(self) -> None:
        random, number = self.random, self.random.randint(1, 6)
        source = random.choice(("shopify", "shopify", "woocommerce", "whatsapp", "ga4"))
        told = {
            "refund_key": f"{source}:{random.randrange(4)}",
            "line_key": f"l{random.randrange(3)}",
            "kind": random.choice(("goods", "goods", "discrepancy", "tax", "shipping", "total", "total")),
            "currency": random.choice(("EUR", "EUR", "USD")),
            "refund_minor": random.choice((1, 250, 1000)),
            "order_ref": self.maybe(self.name(number), 0.8),
            "product_id": self.maybe("x"),
        }
        self.tell(Refund, source, self.moment(), **told)

    def link(self) -> None:
        pairs = (("p1", "c1"), ("p2", "c1"), ("p2", "c2"), ("u1", "p1"), ("p3", "c2"), ("u1", "u1"), ("c2", "e1"), ("p3", "e1"))
        person, linked = self.random.choice(pairs)
        at, states = self.moment(-1, -1, 0, 1), self.random.choice((("linked",), ("linked",), ("severed",), ("linked", "severed")))
        told = {"person_key": person, "linked_key": linked, "reason": self.random.choice(("note_attribute", "prior_message"))}
        for state in states:
            self.tell(IdentityLink, "shopify", at, state=state, **told)
            at += self.random.choice((0, 1000, 3_600_000))

    def spend(self) -> None:
        random = self.random
        ad, campaign = random.choice((("a1", "k1"), ("a2", "k1"), ("a3", "k2"), ("a3", None)))
        told = {
            "account_id": "account",
            "ad_id": ad,
            "ad_name": self.maybe(f"Ad {ad}"),
            "adset_id": self.maybe("s1"),
            "campaign_id": campaign,
            "campaign_name": self.maybe(f"Campaign {random.randrange(2)}") if campaign else None,
            "currency": random.choice(("EUR", "EUR", "EUR", "USD")),
            "ad_spend_minor": random.choice((0, 100, 333)),
            "impressions": random.randrange(9),
            "clicks": random.randrange(3),
            "told_ms": self.maybe(self.moment()),
        }
        self.tell(AdSpend, "meta_insights", self.moment() // 86_400_000 * 86_400_000, **told)

    def consent(self) -> None:
        random, number = self.random, self.random.randint(1, 5)
        purpose = random.choice(("order_updates", "marketing_messages"))
        told = {"person_key": self.thread(), "purpose": purpose, "state": random.choice(("granted", "granted", "withdrawn"))}
        self.tell(ConsentEvent, "messenger", self.moment(), **told, basis="checkbox_plugin", order_ref=self.maybe(self.name(number), 0.8))

    def cart(self) -> None:
        at = self.moment()
        told = {"order_ref": f"cart:m{self.random.randrange(3)}", "told_ms": at, "version_key": "v", "currency": "EUR"}
        for product in self.random.choice(((), ("x",), ("x", "y"))):
            line = {"line_key": product, "quantity": 1, "gross_minor": 500, "unit_price_micro": 0, "product_id": product}
            self.tell(OrderLine, "whatsapp", at, **told, **line)
        self.tell(OrderEvent, "whatsapp", at, asset_id="1", state="cart", person_key=self.maybe(self.thread(), 0.9), **told)
