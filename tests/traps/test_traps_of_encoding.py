"""Traps 43 to 55: encoding, schema, and what never comes."""

from __future__ import annotations

import hmac
import io
import json
from collections.abc import Callable
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from pipelines.landing.frames import Frame, read_frames
from pipelines.landing.intake import land_file
from pipelines.sources import instagram, messenger, whatsapp
from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import ConsentEvent
from pipelines.sources.tables import read_csv
from tests.messaging import ACCOUNT, MESSAGE_ID, PAGE, PHONE, PSID, SENT_MS, chat, echo, event, items, key, loaded, read, reasons
from tests.messaging import whatsapp as whatsapp_body
from tests.traps.shop import TrapShop

Trap = Callable[[int], TrapShop]
# Made for this trap with the secret `test_app_secret`: Meta signs the escaped text that it sends.
SIGNED = (
    rb'{"object":"page","entry":[{"id":"117172741761305","time":1491796363181,"messaging":[{"sender":{"id":"3383290475046708"},'
    rb'"recipient":{"id":"117172741761305"},"timestamp":1491796363100,"message":{"mid":"m_1",'
    rb'"text":"\u00e4\u00f6\u00e5 \ud83d\udc4d https:\/\/example.com"}}]}]}'
)
SIGNATURE = "8544cb468a146f7fc46788752015dad840d08a6fe6d8ba437a68b2001e00d02f"


def test_trap_43_landing_keeps_the_bytes_that_were_signed(tmp_path: Path) -> None:
    path = tmp_path / "delivery.json"
    path.write_bytes(SIGNED)
    (tmp_path / "raw").mkdir()
    segment = land_file(path, tmp_path / "raw", b"k" * 32, "0" * 64, source=None, mapping=None, check=lambda head, layout: None)
    frames = [frame for frame in read_frames(segment) if isinstance(frame, Frame)]
    kept = b"".join(frame.body for frame in frames)
    assert hmac.new(b"test_app_secret", kept, "sha256").hexdigest() == SIGNATURE
    assert hmac.new(b"test_app_secret", json.dumps(json.loads(SIGNED)).encode(), "sha256").hexdigest() != SIGNATURE


def test_trap_44_escapes_are_one_text_and_a_lone_surrogate_is_refused(trap: Trap) -> None:
    [row] = loaded(messenger.SOURCE, SIGNED)
    assert row.text_length == len("äöå \N{THUMBS UP SIGN} https://example.com")
    voice = {"id": "1", "mime_type": "audio\\/ogg; codecs=opus", "voice": True}  # a slash escaped twice, as some fixtures hold it
    [row] = loaded(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="audio", audio=voice)]))
    assert row.kind == "audio"
    broken, whole = (items(event(message={"mid": mid, "text": text})) for mid, text in (("m_1", "\ud83d"), ("m_2", "x")))
    assert trap(44).told(broken, whole) == {"loaded": 1, "malformed_json": 1}


def test_trap_45_a_byte_order_mark_and_a_name_met_twice() -> None:
    table = read_csv(io.BytesIO(b'\xef\xbb\xbfid,kind,kind,set\n1,a,b,"{""amount"": ""1.00""}"\n'))
    assert table.columns[0] == "id"
    assert len(set(table.columns)) == len(table.columns) == 4
    [row] = table.rows
    assert isinstance(row, dict)
    assert json.loads(row["set"]) == {"amount": "1.00"}


def test_trap_45_a_delivery_with_a_byte_order_mark(trap: Trap, tmp_path: Path) -> None:
    shop = trap(45)
    assert shop.told(items(event(message={"mid": "m_1", "text": "x"})), encoding="utf-8-sig") == {"loaded": 1}


@pytest.mark.parametrize("told", ['{"a": 1}', "[1, 2]", "DEVELOPER_DEFINED", "free text, {", '"'])
def test_trap_46_json_in_a_string_is_text(told: str) -> None:
    for inner in ({"game_play": {"payload": told}}, {"postback": {"title": "x", "payload": told}}):
        assert len(loaded(messenger.SOURCE, items(event(**inner)))) == 1
    reply = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": told}}
    assert [row.kind for row in loaded(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="interactive", interactive=reply)]))] == [
        "interactive"
    ]


def test_trap_47_keys_that_are_data_make_no_columns() -> None:
    questions = {f"question-{number}": {"type": "csat", "payload": str(number)} for number in range(5)}
    told = loaded(messenger.SOURCE, items(event(messaging_feedback={"feedback_screens": [{"screen_id": "0", "questions": questions}]})))
    assert [row.status for row in told] == [f"csat:{number}" for number in range(5)]
    roles = [loaded(messenger.SOURCE, items(event(app_roles={app: ["primary_receiver"]})))[0] for app in ("123456789", "987654321")]
    assert [row.kind for row in roles] == ["handover"] * 2


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"attachments": [{"type": "fallback", "payload": payload}]}, "share") for payload in (None, "text", {"url": "x", "title": "y"})
    ] + [({"is_unsupported": drifted}, "unsupported") for drifted in (True, "true")]
    + [({"text": "x", "app_id": drifted, "is_echo": False}, "text") for drifted in (123, "123")],
)  # fmt: skip
def test_trap_48_one_key_has_several_types(told: dict[str, Any], kind: str) -> None:
    [row] = loaded(messenger.SOURCE, items(event(message={"mid": "m"} | told)))
    assert row.kind == kind
    for expiry in (1700000000000, "1700000000000"):
        optin = {"type": "notification_messages", "payload": "x", "token_expiry_timestamp": expiry}
        assert len(loaded(messenger.SOURCE, items(event(optin=optin)))) == 2


def test_trap_49_seq_orders_nothing() -> None:
    told = [event(timestamp=SENT_MS - seq, message={"mid": f"m_{seq}", "seq": seq, "text": "x"}) for seq in (0, 0, 3)]
    assert [row.occurred_ms for row in loaded(messenger.SOURCE, items(*told))] == [SENT_MS, SENT_MS, SENT_MS - 3]
    without = [{"sender": each["sender"], **each, "message": {"mid": each["message"]["mid"], "text": "x"}} for each in told]
    assert loaded(messenger.SOURCE, items(*told)) == loaded(messenger.SOURCE, items(*without))


CAMEL_CASE: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({"message": {"mid": "m", "sticker_id": 369239263222822}}, {"message": {"mid": "m", "stickerId": 369239263222822}}),
    ({"referral": {"source": "ADS", "ad_id": "77", "ads_context_data": {"product_id": "p"}}},
     {"referral": {"source": "ADS", "adId": "77", "adsContextData": {"productId": "p"}}}),
    ({"message_edit": {"mid": "m", "text": "x", "num_edit": 1}}, {"messageEdit": {"mid": "m", "text": "x", "numEdit": 1}}),
    ({"message": {"mid": "m"}, "prior_message": {"source": "checkbox_plugin", "identifier": "u"}},
     {"message": {"mid": "m"}, "priorMessage": {"source": "checkbox_plugin", "identifier": "u"}}),
)  # fmt: skip


@pytest.mark.parametrize(("wire", "copy"), CAMEL_CASE)
def test_trap_50_a_copy_in_camel_case_is_the_event(wire: dict[str, Any], copy: dict[str, Any]) -> None:
    assert loaded(messenger.SOURCE, event(**copy)) == loaded(messenger.SOURCE, items(event(**wire)))


def test_trap_50_an_echo_in_camel_case_comes_from_the_page() -> None:
    copied = event(sender={"id": PAGE}, recipient={"id": PSID}, message={"mid": MESSAGE_ID, "isEcho": True, "appId": 1, "text": "x"})
    [row] = loaded(messenger.SOURCE, copied)
    assert (row.direction, row.asset_id, row.person_key) == ("out", PAGE, key("messenger", PSID))
    assert [row] == loaded(messenger.SOURCE, items(echo(text="x")))


def test_trap_51_samples_of_the_documentation_are_refused_one_by_one() -> None:
    text = json.dumps(items(event(message={"mid": "m"})))
    for sample in (text.replace('"m"', "<MID>"), text[:-1] + ", }", "// the body\n" + text, text.replace("[{", "[{ /* one */")):
        assert reasons(read(messenger.SOURCE, sample.encode())) == [Reason.MALFORMED_JSON]
    twice = text.replace('"mid": "m"', '"mid": "x", "mid": "m"')  # of a key met twice the last one counts, as in the platform's own SDKs
    assert read(messenger.SOURCE, twice.encode()) == read(messenger.SOURCE, text.encode())


def test_trap_53_what_the_platform_withholds_is_never_made_up() -> None:
    def kinds(**message: Any) -> list[tuple[str, str]]:
        told = event(recipient={"id": ACCOUNT}, message={"mid": "m"} | message)
        rows = loaded(instagram.SOURCE, items(told, platform="instagram", asset=ACCOUNT))
        return [(row.table, row.kind) for row in rows]  # type: ignore[attr-defined]

    assert kinds(is_unsupported=True) == [("message_event", "unsupported")]  # a GIF or a view-once photo, where it is told at all
    assert kinds(attachments=[{"type": "unsupported_type", "payload": {"url": "https://x"}}]) == [("message_event", "unsupported")]
    assert kinds(attachments=[{"type": "ephemeral"}]) == [("message_event", "other")]
    assert kinds(text="Media not available due to new privacy rules in Europe") == [("message_event", "text")]


def history(*order: int) -> dict[str, Any]:
    """Three chunks of a thread of 2023, told when the number joins the API years later."""
    chunks = [
        {"metadata": {"phase": 0, "chunk_order": part, "progress": 50}, "threads": [{"id": PHONE, "messages": [
            chat(id=f"wamid.{part}", timestamp=str(SENT_MS // 1000 + 60 * part), type="text", text={"body": "x"},
                 history_context={"status": "READ"})]}]}
        for part in order
    ]  # fmt: skip
    return whatsapp_body("history", history=chunks)


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_trap_54_history_counts_on_its_own_days_in_whatever_order_it_comes(trap: Trap, order: tuple[int, ...]) -> None:
    shop = trap(54)
    live = chat(id="wamid.live", timestamp="1790000000", type="text", text={"body": "x"})
    shop.told(whatsapp_body(messages=[live]), history(*order), *(history(part) for part in order))
    days = {row["day_on"]: row["conversations"] for row in shop.rows("reports.conversation_daily")}
    assert days == {date(2023, 11, 14): 1, date(2026, 9, 21): 1}
    assert [row["in_messages"] for row in shop.rows("staging.conversation")] == [3, 1]


def test_trap_55_who_opts_out_has_withdrawn() -> None:
    stop = {"wa_id": PHONE, "category": "marketing_messages", "value": "stop", "timestamp": "1700000000"}
    optout = event(optin={"type": "notification_messages", "notification_messages_status": "STOP_NOTIFICATIONS"})
    for told in (
        loaded(whatsapp.SOURCE, whatsapp_body("user_preferences", user_preferences=[stop])),
        loaded(messenger.SOURCE, items(optout)),
    ):
        assert [row.state for row in told if isinstance(row, ConsentEvent)] == ["withdrawn"]
    [row] = loaded(messenger.SOURCE, items(event(account_linking={"status": "unlinked"})))
    assert (row.kind, row.status) == ("account_link", "unlinked")


def test_trap_52_what_a_shop_subscribed_to_shows_in_its_coverage(trap: Trap) -> None:
    """Without `message_echoes` there are no answers and no receipts: that is not told, it is not none."""
    shop = trap(52)
    message = event(message={"mid": "m", "text": "x"})
    shop.told(items(message, event(read={"watermark": SENT_MS}), event(referral={"source": "SHORTLINK", "ref": "x"})))
    streams = {row["stream"]: row["events"] for row in shop.rows("reports.coverage_daily")}
    assert streams == {"messages": 1, "reads": 1, "referrals": 1}
    shop.told(items(echo(mid="m_echo", text="y")))
    assert {row["stream"] for row in shop.rows("reports.coverage_daily")} == {*streams, "echoes"}
