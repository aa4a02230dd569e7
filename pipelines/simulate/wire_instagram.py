"""Instagram: long message ids, reads by message, hearts, shares of posts, stories."""

from __future__ import annotations

from pipelines.simulate.wire_graph import GraphThread
from pipelines.simulate.world import pick

_CDN = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id="


class InstagramThread(GraphThread):
    source = "instagram"

    def mid(self) -> str:
        return self.shop.names.instagram_mid()

    def is_read(self, mid: str) -> None:
        if self.rng.random() < 0.8:
            self.wait(2, 900)
            self.tell({"read": {"mid": mid}})

    def offers_reorder(self, order_number: str) -> None:
        self.is_read(self.receives(text=self.phrase("reorder"), metadata=f"REORDER:{order_number}"))

    def likes(self) -> None:
        self.sends(attachments=[{"type": "like_heart"}])

    def plays(self) -> None:
        asset = f"{_CDN}{self.shop.names.serial('ig asset') + 17_997_515_821_000_000}"
        choice = int(self.rng.random() * 8)
        if choice == 0:
            self.shares_gif()
        elif choice == 1:
            self.shares_clip()
        elif choice == 2:
            kind = pick(self.rng, ("share", "ig_post"))
            self.sends(attachments=[{"type": kind, "payload": {"url": asset}}])
        elif choice == 3:
            self.sends(attachments=[{"type": "image", "payload": {"url": asset}}])
        elif choice == 4:
            self.scene.touch(self.at_ms)
            self.sends(text=self.phrase("thanks"), reply_to={"story": {"url": asset, "id": asset[-17:]}})
        elif choice == 5:
            self.sends(attachments=[{"type": "story_mention", "payload": {"url": asset}}])
        elif choice == 6:
            self.reacts(self.receives(text=self.phrase("answer")))
        else:
            mid = self.sends(text=self.phrase("enquiry"))
            self.wait(5, 200)
            self.tell({"message": {"mid": mid, "is_deleted": True}})
