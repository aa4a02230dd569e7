"""The wire format of WhatsApp Cloud API webhooks, as far as rows are made of it.

Format: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference
`timestamp` is in seconds, mostly as a string. Amounts keep every digit.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.sources.meta_envelope import Id
from pipelines.sources.meta_time import Time
from pipelines.sources.money import exact_number


class Change(msgspec.Struct, gc=False):
    """`value` keeps its lists raw, so that a bad item leaves its neighbours alone."""

    field: str | None = None
    value: dict[str, msgspec.Raw] | None = None


class Metadata(msgspec.Struct, gc=False):
    phone_number_id: Id = None


class Profile(msgspec.Struct, gc=False):
    """Told beside each message, and not read: it names the customer."""


class Contact(msgspec.Struct, gc=False):
    wa_id: Id = None
    user_id: Id = None
    profile: Profile | None = None


class Text(msgspec.Struct, gc=False):
    body: str | None = None


class Media(msgspec.Struct, gc=False):
    caption: str | None = None
    mime_type: str | None = None


class Interactive(msgspec.Struct, gc=False):
    type: str | None = None


class ReactionBody(msgspec.Struct, gc=False):
    message_id: Id = None
    emoji: str | None = None


class ProductItem(msgspec.Struct, gc=False):
    product_retailer_id: Id = None
    quantity: Any = None
    item_price: Any = None
    currency: str | None = None


class Order(msgspec.Struct, gc=False):
    """A cart that the customer submits."""

    text: str | None = None
    product_items: list[ProductItem] | None = None


class ReferredProduct(msgspec.Struct, gc=False):
    product_retailer_id: Id = None


class Context(msgspec.Struct, gc=False):
    id: Id = None
    referred_product: ReferredProduct | None = None


class Referral(msgspec.Struct, gc=False):
    """A click on an ad or post that opens the chat; `source_id` is the ad or the post by `source_type`."""

    source_type: str | None = None
    source_id: Id = None
    ctwa_clid: Id = None


class System(msgspec.Struct, gc=False):
    type: str | None = None
    body: str | None = None
    wa_id: Id = None
    new_wa_id: Id = None
    user_id: Id = None


class EditedMessage(msgspec.Struct, gc=False):
    text: Text | None = None


class Revision(msgspec.Struct, gc=False):  # an edit or a revocation
    original_message_id: Id = None
    message: EditedMessage | None = None


class HistoryContext(msgspec.Struct, gc=False):
    status: str | None = None


class Message(msgspec.Struct, gc=False, rename={"sender": "from"}):
    sender: Id = None
    to: Id = None
    from_user_id: Id = None
    to_user_id: Id = None
    id: Id = None
    timestamp: Time = None
    type: str | None = None
    text: Text | None = None
    image: Media | None = None
    video: Media | None = None
    audio: Media | None = None
    document: Media | None = None
    sticker: Media | None = None
    location: Any = None
    contacts: Any = None
    button: Any = None
    interactive: Interactive | None = None
    order: Order | None = None
    reaction: ReactionBody | None = None
    system: System | None = None
    edit: Revision | None = None
    revoke: Revision | None = None
    context: Context | None = None
    referral: Referral | None = None
    history_context: HistoryContext | None = None
    errors: Any = None


class Ends(msgspec.Struct, gc=False, rename={"sender": "from"}):
    sender: Id = None


class CustomData(msgspec.Struct, gc=False):
    currency: str | None = None
    value: Any = None


class AutomaticEvent(msgspec.Struct, gc=False):
    """A lead or purchase that Meta reads out of a chat."""

    id: Id = None
    event_name: str | None = None
    timestamp: Time = None
    ctwa_clid: Id = None
    custom_data: CustomData | None = None


class ClickData(msgspec.Struct, gc=False):
    product_id: Id = None
    click_id: Id = None


class UserAction(msgspec.Struct, gc=False):
    action_type: str | None = None
    timestamp: Time = None
    marketing_messages_link_click_data: ClickData | None = None


class Preference(msgspec.Struct, gc=False):
    wa_id: Id = None
    user_id: Id = None
    category: str | None = None
    value: str | None = None
    timestamp: Time = None


class Changed(msgspec.Struct, gc=False):
    previous: Id = None
    current: Id = None


class UserIdUpdate(msgspec.Struct, gc=False):
    wa_id: Id = None
    user_id: Changed | None = None
    timestamp: Time = None


class Call(msgspec.Struct, gc=False, rename={"sender": "from"}):
    id: Id = None
    sender: Id = None
    to: Id = None
    event: str | None = None
    direction: str | None = None
    timestamp: Time = None


class HistoryThread(msgspec.Struct, gc=False):
    id: Id = None
    messages: list[msgspec.Raw] | None = None


class HistoryChunk(msgspec.Struct, gc=False):
    threads: list[HistoryThread] | None = None


CHANGE = msgspec.json.Decoder(Change)
METADATA = msgspec.json.Decoder(Metadata | None)
CONTACTS = msgspec.json.Decoder(list[Contact] | None)
ITEMS = msgspec.json.Decoder(list[msgspec.Raw] | None)
ENDS = msgspec.json.Decoder(Ends)
MESSAGE = msgspec.json.Decoder(Message, float_hook=exact_number)
AUTOMATIC_EVENT = msgspec.json.Decoder(AutomaticEvent, float_hook=exact_number)
USER_ACTION = msgspec.json.Decoder(UserAction)
PREFERENCE = msgspec.json.Decoder(Preference)
USER_ID_UPDATE = msgspec.json.Decoder(UserIdUpdate)
CALL = msgspec.json.Decoder(Call)
HISTORY_CHUNK = msgspec.json.Decoder(HistoryChunk)
