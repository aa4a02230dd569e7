"""Messenger: postbacks, opt-ins, the Like thumb in all its shapes, watermarks."""

from __future__ import annotations

from typing import Any

from pipelines.simulate.thread import encode
from pipelines.simulate.wire_graph import APP_ID, GraphThread
from pipelines.simulate.world import pick

_THUMBS = (369239263222822, 369239343222814, 369239383222810)  # small, medium, large
_STICKERS = (126361874215276, 529233954205331, 144885315685735)
_THUMB_URL = "https://scontent.xx.fbcdn.net/v/t39.1997-6/851557_369239266556155_759568595_n.png"
_TOKEN_LIFE_MS = 180 * 86_400_000


class MessengerThread(GraphThread):
    source = "messenger"

    def mid(self) -> str:
        return self.shop.names.mid()

    def is_read(self, mid: str) -> None:
        """Delivered up to a watermark, then read. Now and then the report has no time of its own, or no message ids."""
        self.wait(1, 4)
        watermark = {"watermark": self.at_ms - 300}
        if self.rng.random() < 0.8:
            self.tell({"delivery": {**({"mids": [mid]} if self.rng.random() < 0.9 else {}), **watermark}})
        elif self.scene.happens(self.at_ms):
            item = encode({"sender": self.person, "recipient": self.asset, "delivery": {"mids": [mid], **watermark}})
            self.scene.entry(self.source, self.at_ms, [item])
        if self.rng.random() < 0.75:
            self.wait(2, 900)
            self.tell({"read": {"watermark": self.at_ms - 20}})

    def gets_started(self, referral: dict[str, Any]) -> bool:
        if self.rng.random() > 0.45:
            return False
        self.tell({"postback": {"mid": self.mid(), "title": "Get Started", "payload": "GET_STARTED", "referral": referral}})
        self.wait(4, 60)
        self.says("greeting")
        return True

    def ad_referral(self, ad: Any) -> dict[str, Any]:
        referral = super().ad_referral(ad)
        referral["ads_context_data"]["post_id"] = f"{self.shop.page_id}_{ad.id[-10:]}"
        return referral

    def offers_reorder(self, order_number: str) -> None:
        payload = f"REORDER:{order_number}"
        text = self.phrase("reorder")
        if self.rng.random() < 0.7:
            mid = self.receives(text=text, metadata=payload)
        else:
            button = {"type": "postback", "title": "👍", "payload": payload}
            template = {"template_type": "button", "text": text, "buttons": [button]}
            mid = self.receives(attachments=[{"type": "template", "payload": template}])
        self.is_read(mid)

    def likes(self) -> None:
        """A tap on the thumb: up to three places hold the sticker's id."""
        sticker_id = pick(self.rng, _THUMBS)
        payload = {"url": _THUMB_URL, "sticker_id": sticker_id}
        image, sticker = {"type": "image", "payload": payload}, {"type": "sticker", "payload": payload}
        shape = int(self.rng.random() * 4)
        if shape == 0:
            self.sends(sticker_id=sticker_id, attachments=[image])
        elif shape == 1:
            self.sends(attachments=[image])
        elif shape == 2:
            self.sends(attachments=[sticker])
        else:
            self.sends(sticker_id=sticker_id, attachments=[sticker, image])

    def opts_in_at_checkout(self, order_number: str) -> str:
        """The checkbox at checkout: no sender yet, only a user_ref. Returns it."""
        user_ref = self.shop.names.token("user_ref")
        ref = f"order{pick(self.rng, ('_', '-', '='))}{order_number}"
        if self.scene.happens(self.at_ms):
            item = {"recipient": self.asset, "timestamp": self.at_ms, "optin": {"ref": ref, "user_ref": user_ref}}
            self.scene.entry(self.source, self.at_ms, [encode(item)])
        return user_ref

    def says_after_opt_in(self, user_ref: str) -> None:
        """The first message after the checkbox ties the user_ref to the person."""
        self.sends({"prior_message": {"source": "checkbox_plugin", "identifier": user_ref}}, text=self.phrase("thanks"))

    def subscribes(self) -> None:
        """Marketing messages: opted in, and by some out again."""
        optin: dict[str, Any] = {
            "type": "notification_messages",
            "payload": "NEWS",
            "notification_messages_token": self.shop.names.token("notification"),
            "notification_messages_timezone": self.shop.template.zone,
            "token_expiry_timestamp": self.at_ms + _TOKEN_LIFE_MS,
            "user_token_status": "NOT_REFRESHED",
            "title": "News & offers",
        }
        self.tell({"optin": optin})
        if self.rng.random() < 0.3:
            self.wait(600, 40_000)
            self.tell({"optin": {**optin, "notification_messages_status": "STOP"}})

    def plays(self) -> None:
        choice = int(self.rng.random() * 8)
        if choice == 0:
            self.shares_gif()
        elif choice == 1:
            self.shares_clip()
        elif choice == 2:
            self.scene.touch(self.at_ms)
            sticker_id = pick(self.rng, _STICKERS)
            payload = {"url": "https://scontent.xx.fbcdn.net/v/sticker_n.png", "sticker_id": sticker_id}
            self.sends(sticker_id=sticker_id, attachments=[{"type": "image", "payload": payload}])
        elif choice == 3:
            kind, file = pick(self.rng, (("image", "photo_n.jpg"), ("video", "video_n.mp4"), ("audio", "audioclip.mp4")))
            self.sends(attachments=[{"type": kind, "payload": {"url": f"https://scontent.xx.fbcdn.net/v/{file}"}}])
        elif choice == 4:
            mid = self.sends(text=self.phrase("enquiry"))
            for number in range(1 + int(self.rng.random() ** 3 * 5)):  # Messenger allows five
                self.wait(5, 200)
                self.tell({"message_edit": {"mid": mid, "text": self.phrase("enquiry"), "num_edit": number + 1}})
        elif choice == 5:
            self.sends(text=self.phrase("thanks"), quick_reply={"payload": "THANKS"})
        elif choice == 6:
            self.reacts(self.receives(text=self.phrase("answer")))
        else:
            handover = {"new_owner_app_id": str(APP_ID), "previous_owner_app_id": "263902037430900", "metadata": "human"}
            self.tell({"pass_thread_control": handover})
