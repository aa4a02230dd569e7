"""What Messenger and Instagram share: messaging items with sender, recipient and a time in milliseconds."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from pipelines.simulate.moneytext import amount, number
from pipelines.simulate.orders import Order
from pipelines.simulate.people import Customer
from pipelines.simulate.scene import Scene
from pipelines.simulate.thread import UPDATES, Thread, encode
from pipelines.simulate.world import Ad, Product, pick

APP_ID = 1517776481860111
_STANDBY_SHARE = 0.03
_NOTES = {"messenger": ("psid", "messenger_psid"), "instagram": ("igsid", "instagram_igsid")}


class GraphThread(Thread):
    """A thread of the Messenger platform's webhook format (`object` page or instagram)."""

    def __init__(self, scene: Scene, customer: Customer, at_ms: int) -> None:
        super().__init__(scene, customer, at_ms)
        self.person = {"id": customer.thread_id}
        self.asset = {"id": self.shop.page_id if self.source == "messenger" else self.shop.instagram_id}

    @abstractmethod
    def mid(self) -> str:
        """A new message id."""

    def tell(self, content: dict[str, Any], *, outward: bool = False, in_seconds: bool = False, copied: bool = False) -> None:
        """One messaging item; `copied` items may reach a second app as standby."""
        if not self.scene.happens(self.at_ms):
            return
        sender, recipient = (self.asset, self.person) if outward else (self.person, self.asset)
        at = self.at_ms // 1000 if in_seconds else self.at_ms
        item = encode({"sender": sender, "recipient": recipient, "timestamp": at, **content})
        luck = self.rng.random() if copied else 1.0
        if luck < _STANDBY_SHARE / 3:
            self.scene.entry(self.source, self.at_ms, [item], standby=[item])
            return
        self.scene.entry(self.source, self.at_ms, [item])
        if luck < _STANDBY_SHARE:
            self.scene.entry(self.source, self.at_ms, [], standby=[item])

    def sends(self, beside: dict[str, Any] | None = None, **message: Any) -> str:
        """A message of the customer; `beside` stands next to it in the item."""
        mid = self.mid()
        self.tell({"message": {"mid": mid, **message}, **(beside or {})}, copied=True)
        return mid

    def receives(self, **message: Any) -> str:
        """An echo of a message of the business."""
        mid = self.mid()
        self.tell({"message": {"is_echo": True, "app_id": APP_ID, "mid": mid, **message}}, outward=True)
        return mid

    def says(self, topic: str) -> None:
        if self.rng.random() > 0.05:
            self.sends(text=self.phrase(topic))
            return
        began_ms, self.at_ms = self.at_ms, self.at_ms + 900
        burst = [
            encode({"sender": self.person, "recipient": self.asset, "timestamp": at, "message": {"mid": self.mid(), "text": text}})
            for at, text in ((began_ms, self.phrase(topic)), (self.at_ms, "?"))
        ]
        if self.scene.happens(self.at_ms):
            self.scene.entry(self.source, self.at_ms, burst)

    def hears(self, topic: str) -> None:
        self.is_read(self.receives(text=self.phrase(topic)))

    def updates(self, order_number: str, stage: str) -> None:
        self.is_read(self.receives(text=self.phrase(UPDATES[stage]), metadata=f"order:{order_number}:{stage}"))

    @abstractmethod
    def is_read(self, mid: str) -> None:
        """The customer's device reports a message of the business, as far as the channel does."""

    @abstractmethod
    def offers_reorder(self, order_number: str) -> None:
        """The business asks for one tap on the thumb to place that order."""

    @abstractmethod
    def likes(self) -> None:
        """One tap on the thumb or the heart."""

    def ad_referral(self, ad: Ad) -> dict[str, Any]:
        context = {"ad_title": ad.name, "photo_url": f"https://scontent.xx.fbcdn.net/v/{ad.id}_n.jpg"}
        return {**({"ref": ad.ref} if ad.ref else {}), "source": "ADS", "type": "OPEN_THREAD", "ad_id": ad.id, "ads_context_data": context}

    def comes_by_ad(self, ad: Ad) -> None:
        self.scene.conversations[ad.id] += 1
        self.comes(self.ad_referral(ad))

    def comes_by_link(self, ref: str) -> None:
        self.comes({"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"})

    def comes(self, referral: dict[str, Any]) -> None:
        """A click. In a thread that exists it is told as a referral event, and mostly again with the first message."""
        self.scene.touch(self.at_ms)
        if self.customer.orders:
            in_seconds = self.rng.random() < 0.2
            if in_seconds:
                self.at_ms = self.at_ms // 1000 * 1000
            self.tell({"referral": referral}, in_seconds=in_seconds)
            self.wait(4, 90)
            if self.rng.random() < 0.4:
                self.says("link")
                return
        elif self.gets_started(referral):
            return
        self.sends(text=self.phrase("greeting"), referral=referral)

    def gets_started(self, referral: dict[str, Any]) -> bool:
        """Whether this new thread told the click by a button, before any message."""
        return False

    def asks_about(self, product: Product) -> None:
        self.scene.touch(self.at_ms)
        self.sends(text=self.phrase("enquiry"), referral={"product": {"id": product.catalog_id}})

    def shares_product(self, product: Product) -> None:
        self.scene.touch(self.at_ms)
        element = {
            "id": product.catalog_id,
            "retailer_id": product.catalog_id,
            "image_url": f"https://scontent.xx.fbcdn.net/v/p{product.catalog_id}.jpg",
            "title": product.title,
            "subtitle": f"{self.shop.currency} {amount(product.price_minor, self.shop.currency)}",
        }
        self.sends(attachments=[{"type": "template", "payload": {"product": {"elements": [element]}}}])

    def shares_gif(self) -> None:
        """A GIF of another app, which the platform does not name."""
        self.scene.touch(self.at_ms)
        url = f"https://media.giphy.com/media/{self.shop.names.token('gif')}/giphy.gif"
        self.sends(attachments=[{"type": "image", "payload": {"url": url}}])

    def shares_clip(self) -> None:
        """A clip of another app: nothing tells it from a film of one's own."""
        url = f"https://media.tenor.com/{self.shop.names.token('clip')}/clip.mp4"
        self.sends(attachments=[{"type": "video", "payload": {"url": url}}])

    def reacts(self, mid: str) -> None:
        reaction, emoji = pick(self.rng, (("love", "❤"), ("smile", "😆"), ("like", "👍"), ("wow", "😮")))
        self.tell({"reaction": {"mid": mid, "action": "react", "reaction": reaction, "emoji": emoji}})
        if self.rng.random() < 0.4:
            self.wait(2, 40)
            self.tell({"reaction": {"mid": mid, "action": "unreact"}})

    def is_told(self, order: Order, printed_ms: int | None) -> None:
        """The receipt template, echoed. Element prices are line totals; discounts are positive adjustments."""
        currency, amounts = self.shop.currency, order.amounts
        street, city, postal_code, country = self.shop.template.address
        summary = {"subtotal": number(amounts.gross, currency), "total_cost": number(amounts.total, currency)}
        if amounts.shipping or self.rng.random() < 0.5:
            summary["shipping_cost"] = number(amounts.shipping, currency)
        if amounts.tax:
            summary["total_tax"] = number(amounts.tax, currency)
        payload: dict[str, Any] = {
            "template_type": "receipt",
            "recipient_name": self.customer.name,
            "order_number": pick(self.rng, (order.number, f"#{order.number}", order.number.lower())),
            "currency": currency,
            "payment_method": pick(self.rng, order.payment.receipts),
            "order_url": f"https://{self.shop.domain}/orders/{order.token}",
            "elements": [
                {"title": line.product.title, "quantity": line.quantity, "price": number(gross, currency), "currency": currency}
                for line, gross in zip(order.lines, amounts.line_gross, strict=True)
            ],
            "address": {"street_1": street, "city": city, "postal_code": postal_code, "state": city, "country": country},
            "summary": summary,
        }
        if amounts.discount:
            payload["adjustments"] = [{"name": "WELCOME", "amount": number(amounts.discount, currency)}]
        if printed_ms is not None:
            payload["timestamp"] = str(printed_ms // 1000)
        self.is_read(self.receives(attachments=[{"type": "template", "payload": payload}]))


def notes_of(thread: GraphThread) -> list[dict[str, str]]:
    """The thread's id beside the order: always for Instagram, for half of Messenger's orders."""
    if thread.source == "messenger" and thread.rng.random() < 0.5:
        return []
    return [{"name": pick(thread.rng, _NOTES[thread.source]), "value": thread.customer.thread_id}]
