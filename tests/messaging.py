"""Webhooks of Meta's platforms for tests: a desk, envelopes around what is told, and ways to break a body."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import strategies as st

from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined, Source
from pipelines.sources.desk import Desk, ShopSettings
from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import Row

PAGE, ACCOUNT, NUMBER = "1001", "17841400000000001", "106540352242922"
ASSETS = {"messenger": PAGE, "instagram": ACCOUNT, "whatsapp": NUMBER}
SENT_MS = 1_700_000_000_000  # 2023-11-14T22:13:20Z

# What must never come out of a normaliser.
PSID, PHONE, BSUID = "7199253308124466", "4915123456789", "US.90215566781234567890"
MESSAGE_ID = "m_KXGKDUpO6xbVdAmZFBVpzU1AhKVJdAIUnUH4cwkvb_K3i"
WAMID = "wamid.HBgLNDkxNTEyMzQ1Njc4OQ=="
TEXT = "the green vase, please; ring me after six"
SECRETS = (PSID, PHONE, BSUID, MESSAGE_ID, WAMID, TEXT)


def new_desk() -> Desk:
    """One shop in Berlin with a page, an Instagram account and a WhatsApp number."""
    settings = ShopSettings("berlin", "EUR", "Europe/Berlin")
    return Desk(dict.fromkeys(ASSETS.items(), settings), lambda shop_id: shop_id.encode().ljust(32, b"k"))


def key(kind: str, value: str, page: str = PAGE) -> str:
    """The person key of a platform id or contact in the shop of a page, whichever of the shop's assets tells it."""
    return new_desk().shop("messenger", page).person(kind, value)


def ms(year: int, month: int, day: int, hour: int, minute: int = 0) -> int:
    """UTC epoch milliseconds."""
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()) * 1000


def read(source: Source, body: Any, *, desk: Desk | None = None, received_ms: int = 0) -> list[Outcome]:
    """The outcomes of a body, told as bytes or as a JSON value."""
    encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(source.normalise(Delivery(encoded, received_ms=received_ms), desk or new_desk()))


def loaded(source: Source, body: Any, *, desk: Desk | None = None) -> list[Row]:
    """The rows of a body whose records all load."""
    outcomes = read(source, body, desk=desk)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Quarantined)]
    assert refused == []
    return [row for outcome in outcomes if isinstance(outcome, Loaded) for row in outcome.rows]


def reasons(outcomes: Iterable[Outcome]) -> list[Reason | None]:
    """The reason of each refusal, None for each loaded record."""
    return [outcome.reason if isinstance(outcome, Quarantined) else None for outcome in outcomes]


def record_count(body: Any, platform: str, entry_count: Callable[[dict[str, Any]], int]) -> int:
    """Records of a body by the format's words: those of its entries; a body or entry that cannot be read is one."""
    told = body.get("entry") if isinstance(body, dict) and body.get("object") in (None, platform) else None
    if not isinstance(told, list):
        return 1
    return sum(entry_count(entry) if _is_entry(entry) else 1 for entry in told) or 1


def item_count(holder: dict[str, Any], lists: Iterable[str]) -> int:
    """Items of the named lists together; where they hold none, or one of them is no list, the holder is one record."""
    told = [holder.get(name) for name in lists]
    return sum(len(each or ()) for each in told) or 1 if all(_is(each, list) for each in told) else 1


def _is_entry(value: Any) -> bool:
    return isinstance(value, dict) and _is(value.get("id"), int | str) and _is(value.get("time"), int | float | str)


def _is(value: Any, kinds: Any) -> bool:
    return value is None or (isinstance(value, kinds) and not isinstance(value, bool))


def encoded(outcomes: Iterable[Outcome]) -> str:
    """Everything that leaves a normaliser, as text."""
    return "\n".join(
        outcome.field if isinstance(outcome, Quarantined) else msgspec.json.encode(outcome.rows).decode() for outcome in outcomes
    )


def items(*events: dict[str, Any], platform: str = "page", asset: str = PAGE, name: str = "messaging") -> dict[str, Any]:
    """A body with one entry."""
    return {"object": platform, "entry": [{"id": asset, "time": SENT_MS + 400, name: list(events)}]}


def event(**told: Any) -> dict[str, Any]:
    """An item of `messaging[]` from the customer to the page."""
    return {"sender": {"id": PSID}, "recipient": {"id": PAGE}, "timestamp": SENT_MS} | told


def echo(**message: Any) -> dict[str, Any]:
    """A message of the page to the customer."""
    told = {"mid": MESSAGE_ID, "is_echo": True, "app_id": 1821152484774199} | message
    return event(sender={"id": PAGE}, recipient={"id": PSID}, message=told)


def change(field: str, value: Any, *, platform: str = "page", asset: str = PAGE) -> dict[str, Any]:
    body = items({"field": field, "value": value}, platform=platform, asset=asset, name="changes")
    body["entry"][0]["time"] = SENT_MS // 1000
    return body


def whatsapp(field: str = "messages", **lists: Any) -> dict[str, Any]:
    """A WhatsApp body with one change."""
    value = {"messaging_product": "whatsapp", "metadata": {"display_phone_number": "15550783881", "phone_number_id": NUMBER}}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"field": field, "value": value | lists}]}],
    }


def chat(**told: Any) -> dict[str, Any]:
    """An item of WhatsApp's `messages[]`."""
    return {"from": PHONE, "id": WAMID, "timestamp": str(SENT_MS // 1000)} | told


SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8
)


@st.composite
def mutated(draw: Callable[..., Any], bodies: st.SearchStrategy[Any]) -> Any:
    """A valid body in which some places are replaced by any JSON, removed or told twice."""
    body = json.loads(json.dumps(draw(bodies)))
    for _ in range(draw(st.integers(1, 3))):
        place = body
        while True:
            key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            inner = place[key]
            if not isinstance(inner, dict | list) or not inner or draw(st.integers(0, 3)) == 0:
                break
            place = inner
        action = draw(st.sampled_from(["replace", "remove", "repeat"]))
        if action == "replace":
            place[key] = draw(JSON)
        elif action == "repeat" and isinstance(place, list):
            place.append(inner)
        elif len(place) > 1:
            del place[key]
    return body
