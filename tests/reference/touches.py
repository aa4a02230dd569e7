"""What a touch counts as, and the answers that are touches, told plainly."""

from __future__ import annotations

from pipelines.sources.rows import MessageEvent, Row, Touch

TYPES = {
    "click": ("ad_click", "ad_referral", "free_entry_point", "link_referral", "organic_post"),
    "reply": ("story_reply", "sponsored_reply"),
    "store_scan": ("store_qr", "store_scan", "store_checkin"),
    "engaged_view": ("ad_engaged_view",),
    "view": ("ad_impression", "sponsored_message"),
}
TYPE_OF = {kind: touch_type for touch_type, kinds in TYPES.items() for kind in kinds}
MERGED = {*TYPES["click"], *TYPES["store_scan"]}
ACTS = {*MERGED, *TYPES["reply"]}
_ANSWERED_S = 86_400


def replies(rows: list[Row], messages: list[MessageEvent], spoken: set[str]) -> list[Touch]:
    """Answers to stories and to sponsored messages, as touches; `messages` in the order of their time."""
    campaigns: dict[tuple[str, str], str | None] = {}
    for row in rows:
        if isinstance(row, Touch) and row.kind == "sponsored_message" and row.person_key and row.message_key:
            told = {campaigns.get((row.person_key, row.message_key)), row.ref} - {None}
            campaigns[row.person_key, row.message_key] = min(told, default=None)  # type: ignore[type-var]
    found, before = [], {}
    for message in messages:
        if message.kind not in spoken or message.direction not in ("in", "out"):
            continue
        person, second = str(message.person_key), message.occurred_ms // 1000
        last: MessageEvent | None = before.get(person)
        before[person] = message
        answered = message.refers_to_key
        if answered is None and last is not None and second - last.occurred_ms // 1000 <= _ANSWERED_S:
            answered = last.message_key
        if message.direction == "in" and message.kind == "story_reply":
            found.append(_touch(message, f"reply:{message.source}:{message.message_key}", "story_reply", f"{message.source}_story", None))
        elif message.direction == "in" and answered is not None and (person, answered) in campaigns:
            key = f"reply:{message.source}:{message.kind}:{message.message_key}"
            found.append(_touch(message, key, "sponsored_reply", "sponsored_message", campaigns[person, answered]))
    return found


def _touch(message: MessageEvent, key: str, kind: str, channel: str, ref: str | None) -> Touch:
    return Touch(
        shop_id=message.shop_id,
        source=message.source,
        occurred_ms=message.occurred_ms,
        occurred_day=message.occurred_day,
        asset_id=message.asset_id,
        touch_key=key,
        kind=kind,
        channel=channel,
        person_key=message.person_key,
        ref=ref,
        product_id=message.product_id,
    )
