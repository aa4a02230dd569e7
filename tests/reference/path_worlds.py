"""Small worlds with every kind of conversion and touch, and settings of their own."""

from __future__ import annotations

from pipelines.sources.rows import ConfigEvent, ConsentEvent, MessageEvent, StoreSale, Touch
from tests.reference.worlds import World

_KINDS = {"ad_impression": "ads", "ad_engaged_view": "ads", "ad_click": "ads", "store_checkin": "store_visit", "link_referral": "direct"}
_SETTINGS = (
    {"touches": "reset"},
    {"touches": "reuse", "look_back.any.click.": "604800", "look_back.any.view.": "86400", "look_back.any.engaged_view.": "172800"},
    {"touches": "reset", "look_back.7d_click.click.ads": "86400", "look_back.7d_click.click.direct": "0", "look_back.own.view.ads": "600"},
)


class PathWorld(World):
    """A world whose people also leave leads, opt in, buy at the till and answer what they are sent."""

    def __init__(self, seed: int, shop_id: str) -> None:
        super().__init__(seed, shop_id)
        for make, most in ((self.seen, 14), (self.lead, 3), (self.opt_in, 5), (self.receipt, 5), (self.sponsored, 4), (self.setting, 2)):
            for _ in range(self.random.randint(0, most)):
                make()

    def seen(self) -> None:
        at, kind = self.moment(-1), self.random.choice(list(_KINDS))
        person = self.random.choice(("p1", "p2", "p3", "c1", "e1", None))
        key = f"s{self.random.randrange(9)}" if self.random.random() < 0.3 else f"{person}-{kind}-{at}"
        self.tell(
            Touch, "ad_log", at, asset_id="1", touch_key=key, kind=kind, channel=_KINDS[kind], person_key=person, ad_id=self.maybe("a1")
        )

    def lead(self) -> None:
        self.thread_event(self.moment(0, 1), "lead", f"lead{self.random.randrange(3)}")

    def opt_in(self) -> None:
        random, at = self.random, self.moment(0, 1)
        if random.random() < 0.5:
            order_ref = self.maybe("no:1", 0.2)
            self.thread_event(at, "optin", f"optin{random.randrange(9)}", status=self.maybe("stop_notifications", 0.3), order_ref=order_ref)
        else:
            purpose, state = random.choice(("marketing_messages", "ad_targeting")), random.choice(("granted", "granted", "withdrawn"))
            self.tell(ConsentEvent, "consent", at, person_key=random.choice(("p1", "e1")), purpose=purpose, state=state, basis="consent")

    def receipt(self) -> None:
        random, at = self.random, self.moment(0, 1)
        told = {"receipt_key": f"r{random.randrange(4)}", "person_key": self.maybe(random.choice(("c1", "e1", "p1")), 0.8)}
        gross = random.choice((0, 500, 900))
        self.tell(StoreSale, "store_sale", at, asset_id="till", told_ms=self.moment(), currency="EUR", gross_minor=gross, **told)

    def sponsored(self) -> None:
        """A paid message, and perhaps an answer: at the edge of a day, after another message, or to it by name."""
        random, at, person, key = self.random, self.moment(-1), self.thread(), f"x{self.random.randrange(6)}"
        told = {"asset_id": "1", "person_key": person}
        self.tell(MessageEvent, "messenger", at, message_key=key, kind="template", direction="out", **told)
        channel = {"kind": "sponsored_message", "channel": "sponsored_message", "message_key": key, "ref": self.maybe("k1")}
        self.tell(Touch, "messenger", at, touch_key=f"{key}-{at}", **channel, **told)
        answered = at + random.choice((1000, 86_400_000, 86_401_000))
        names = {"refers_to_key": self.maybe(key, 0.2), "message_key": f"{key}y", "direction": random.choice(("in", "in", "out"))}
        self.tell(MessageEvent, "messenger", answered, kind=random.choice(("text", "postback", "story_reply")), **names, **told)

    def setting(self) -> None:
        at = self.moment(-1)
        for key, value in {"name": "x", **{f"attribution.{key}": value for key, value in self.random.choice(_SETTINGS).items()}}.items():
            self.tell(ConfigEvent, "config", at, key=key, value=value)
