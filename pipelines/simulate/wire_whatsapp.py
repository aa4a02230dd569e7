"""WhatsApp Cloud API: messages with string seconds, statuses, carts, click-to-WhatsApp referrals."""

from __future__ import annotations

from typing import Any

from pipelines.simulate.moneytext import number
from pipelines.simulate.orders import Line
from pipelines.simulate.people import Customer
from pipelines.simulate.scene import Scene
from pipelines.simulate.thread import Thread, encode
from pipelines.simulate.world import Ad, Product, pick

_UNDELIVERABLE = {"code": 131026, "title": "Message undeliverable"}
FREE_ENTRY_MS = 72 * 3_600_000


def change(shop: Any, field: str, **value: Any) -> bytes:
    """One entry of one change."""
    metadata = {"display_phone_number": shop.display_phone, "phone_number_id": shop.phone_number_id}
    told = {"value": {"messaging_product": "whatsapp", "metadata": metadata, **value}, "field": field}
    return encode({"id": shop.waba_id, "changes": [told]})


class WhatsAppThread(Thread):
    source = "whatsapp"

    def __init__(self, scene: Scene, customer: Customer, at_ms: int) -> None:
        super().__init__(scene, customer, at_ms)
        self.phone = customer.thread_id
        self.contact = {"profile": {"name": customer.name}, "wa_id": self.phone}
        self.free_until_ms = 0  # a chat that began with an ad: a free entry point

    def tell(self, *messages: dict[str, Any]) -> None:
        """Messages of the customer in one change."""
        if self.scene.happens(self.at_ms):
            body = change(self.shop, "messages", contacts=[self.contact], messages=list(messages))
            self.scene.deliver(self.source, self.scene.arrival(self.source, self.at_ms), body, records=len(messages))

    def message(self, kind: str, content: Any, **beside: Any) -> dict[str, Any]:
        wamid = self.shop.names.wamid(self.phone)
        return {"from": self.phone, "id": wamid, "timestamp": str(self.at_ms // 1000), "type": kind, kind: content, **beside}

    def says(self, topic: str) -> None:
        messages = [self.message("text", {"body": self.phrase(topic)})]
        if self.rng.random() < 0.06:
            self.at_ms += 2000
            messages.append(self.message("text", {"body": "?"}))
        self.tell(*messages)

    def hears(self, topic: str) -> None:
        self._is_told_by_statuses()

    def updates(self, order_number: str, stage: str) -> None:
        self._is_told_by_statuses(biz_opaque_callback_data=f"order:{order_number}:{stage}")

    def _is_told_by_statuses(self, **beside: Any) -> None:
        """A message of the business is told by its statuses alone, sometimes out of order; few fail."""
        wamid = self.shop.names.wamid(self.phone)
        expires = str(self.at_ms // 1000 + 86_400)
        is_free = self.at_ms < self.free_until_ms
        origin = "referral_conversion" if is_free else "service"
        conversation = {"id": self.shop.names.token("conversation"), "expiration_timestamp": expires, "origin": {"type": origin}}
        kind = "free_entry_point" if is_free else "free_customer_service"
        pricing = {"billable": False, "pricing_model": "PMP", "type": kind, "category": "service"}
        self.status(wamid, "sent", conversation=conversation, pricing=pricing, **beside)
        self.wait(1, 5)
        luck = self.rng.random()
        if luck > 0.99:
            self.status(wamid, "failed", errors=[_UNDELIVERABLE], **beside)
            return
        if luck < 0.96:
            self.status(wamid, "delivered", pricing=pricing, **beside)
        if self.rng.random() < 0.8:
            self.wait(2, 600)
            self.status(wamid, "read", **beside)

    def status(self, wamid: str, status: str, **beside: Any) -> None:
        if self.scene.happens(self.at_ms):
            told = {"id": wamid, "status": status, "timestamp": str(self.at_ms // 1000), "recipient_id": self.phone, **beside}
            body = change(self.shop, "messages", statuses=[told])
            self.scene.deliver(self.source, self.scene.arrival(self.source, self.at_ms), body)

    def comes_by_ad(self, ad: Ad) -> None:
        self.scene.conversations[ad.id] += 1
        self.free_until_ms = self.at_ms + FREE_ENTRY_MS
        clicked = {"ctwa_clid": f"ARA{self.shop.names.token('ctwa')}"} if self.rng.random() < 0.85 else {}
        self.comes("ad", ad.id, ad.name, clicked)

    def comes_by_post(self) -> None:
        """A click on the button of an organic post."""
        self.comes("post", f"{self.shop.page_id}_{self.shop.names.serial('post') % 9 + 400}", self.shop.name, {})

    def comes_by_link(self, ref: str) -> None:
        """A wa.me link only fills in the customer's first words; nothing tells where it stood."""
        self.says("link")

    def comes(self, source_type: str, source_id: str, headline: str, beside: dict[str, Any]) -> None:
        self.scene.touch(self.at_ms)
        referral = {
            "source_url": f"https://fb.me/{self.shop.names.token('fb.me')[:9]}",
            "source_id": source_id,
            "source_type": source_type,
            "headline": headline,
            "body": self.shop.name,
            "media_type": "image",
            "image_url": f"https://scontent.xx.fbcdn.net/v/{source_id}_n.jpg",
            **beside,
        }
        self.tell(self.message("text", {"body": self.phrase("greeting")}, referral=referral))

    def asks_about(self, product: Product) -> None:
        self.scene.touch(self.at_ms)
        asked = {"catalog_id": self.shop.catalog_id, "product_retailer_id": product.catalog_id}
        context = {"from": self.shop.display_phone, "id": self.shop.names.wamid(self.phone), "referred_product": asked}
        self.tell(self.message("text", {"body": self.phrase("enquiry")}, context=context))

    def sends_cart(self, lines: list[Line]) -> None:
        currency = self.shop.currency
        items = [
            {
                "product_retailer_id": line.product.catalog_id,
                "quantity": line.quantity,
                "item_price": number(line.product.price_minor, currency),
                "currency": currency,
            }
            for line in lines
        ]
        self.tell(self.message("order", {"catalog_id": self.shop.catalog_id, "text": self.phrase("decision"), "product_items": items}))

    def plays(self) -> None:
        choice = int(self.rng.random() * 7)
        media_id = str(self.shop.names.serial("media") + 1_122_990_445_000_000)
        media = {"sha256": f"{self.shop.names.token('sha')}RZEEl5HVWT4S6C0PoOgjYCQVDWs=", "id": media_id}
        if choice == 0:
            self.scene.touch(self.at_ms)
            self.tell(self.message("sticker", {"mime_type": "image/webp", "animated": False, **media}))
        elif choice == 1:
            self.tell(self.message("image", {"mime_type": "image/jpeg", "caption": self.phrase("enquiry"), **media}))
        elif choice == 2:
            reaction = {"message_id": self.shop.names.wamid(self.phone), "emoji": pick(self.rng, ("👍", "🙏", "😍"))}
            self.tell(self.message("reaction", reaction))
        elif choice == 3:
            reply = {"type": "button_reply", "button_reply": {"id": "details", "title": "Details"}}
            self.tell(self.message("interactive", reply))
        elif choice == 4:
            self.tell(self.message("location", {"latitude": 52.5, "longitude": 13.25, "name": self.shop.template.address[0]}))
        elif choice == 5:
            self.thinks_again()
        else:
            self.stops_marketing()

    def thinks_again(self) -> None:
        """A message edited or taken back."""
        message = self.message("text", {"body": self.phrase("enquiry")})
        self.tell(message)
        self.wait(5, 200)
        original = {"original_message_id": message["id"]}
        if self.rng.random() < 0.5:
            self.tell(self.message("revoke", original))
        else:
            self.tell(self.message("edit", {**original, "message": {"type": "text", "text": {"body": self.phrase("enquiry")}}}))

    def stops_marketing(self) -> None:
        """Marketing messages stopped, by some resumed."""
        for value in ("stop", "resume") if self.rng.random() < 0.5 else ("stop",):
            told = {
                "wa_id": self.phone,
                "detail": f"User requested to {value} marketing messages",
                "category": "marketing_messages",
                "value": value,
                "timestamp": self.at_ms // 1000,
            }
            if self.scene.happens(self.at_ms):
                body = change(self.shop, "user_preferences", contacts=[self.contact], user_preferences=[told])
                self.scene.deliver(self.source, self.scene.arrival(self.source, self.at_ms), body)
            self.wait(60, 4000)
