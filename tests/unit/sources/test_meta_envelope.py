"""The envelope: which platform speaks, one outcome per record, times, and that nothing personal leaves."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import instagram, messenger, whatsapp
from pipelines.sources.contract import Loaded
from pipelines.sources.instants import END_MS, FIRST_MS
from pipelines.sources.meta_time import meta_ms
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal
from tests.messaging import (
    ACCOUNT,
    ASSETS,
    JSON,
    MESSAGE_ID,
    PSID,
    SECRETS,
    SENT_MS,
    change,
    echo,
    encoded,
    event,
    item_count,
    items,
    loaded,
    mutated,
    new_desk,
    read,
    reasons,
    record_count,
)
from tests.messaging_bodies import CHANGES, THREAD_ITEMS

SOURCES = [messenger.SOURCE, instagram.SOURCE, whatsapp.SOURCE]
PLATFORMS = {"messenger": "page", "instagram": "instagram", "whatsapp": "whatsapp_business_account"}
BODIES = st.sampled_from(
    [items(*THREAD_ITEMS), *(items(item) for item in THREAD_ITEMS), *(change(field, value) for field, value in CHANGES)]
)
TEXT_EVENT = event(message={"mid": "m_1", "text": "hello"})


def entry_count(entry: dict[str, Any]) -> int:
    return item_count(entry, ("messaging", "standby", "changes"))


@given(body=JSON | st.builds(lambda entry: {"object": "page", "entry": entry}, JSON))
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_any_json_has_one_outcome_for_each_record(source: Any, body: Any) -> None:
    assert len(read(source, body)) == record_count(body, PLATFORMS[source.name], entry_count)


@given(body=st.binary(max_size=60))
def test_any_bytes_have_an_outcome(body: bytes) -> None:
    assert all(len(read(source, body)) >= 1 for source in SOURCES)


@given(body=mutated(BODIES))
def test_broken_threads_have_one_outcome_for_each_record_and_tell_nothing_personal(body: Any) -> None:
    outcomes = read(messenger.SOURCE, body)
    assert len(outcomes) == record_count(body, "page", entry_count)
    told = encoded(outcomes)
    assert [secret for secret in SECRETS if secret in told] == []


@given(position=st.integers(0, len(THREAD_ITEMS)), bad=JSON.filter(lambda value: not isinstance(value, dict)))
def test_a_bad_item_leaves_its_neighbours(position: int, bad: Any) -> None:
    told = list(THREAD_ITEMS)
    told.insert(position, bad)
    outcomes = read(messenger.SOURCE, items(*told))
    assert reasons(outcomes[position : position + 1]) == [Reason.WRONG_SHAPE]
    assert outcomes[:position] + outcomes[position + 1 :] == read(messenger.SOURCE, items(*THREAD_ITEMS))


@given(spaces=st.booleans(), order=st.permutations(range(4)))
def test_equal_tellings_are_equal_rows(spaces: bool, order: list[int]) -> None:
    """White space, key order and an integer id for a string one change nothing, so a telling twice is found."""
    for item in THREAD_ITEMS:
        shuffled = dict(sorted(item.items(), key=lambda pair: order[sorted(item).index(pair[0]) % 4]))
        body = json.dumps(items(shuffled), indent=2 if spaces else None).replace(f'"id": "{PSID}"', f'"id": {PSID}')
        assert encoded(read(messenger.SOURCE, body.encode())) == encoded(read(messenger.SOURCE, items(item)))


@given(delay=st.integers(0, 10**8))
def test_an_event_with_its_own_time_ignores_when_it_was_delivered(delay: int) -> None:
    for item in THREAD_ITEMS:
        late = items(item)
        late["entry"][0]["time"] += delay
        assert read(messenger.SOURCE, late) == read(messenger.SOURCE, items(item))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", [Reason.MALFORMED_JSON]),
        (b'{"object":"page","entry":[', [Reason.MALFORMED_JSON]),
        (b"\xff\xfe{}", [Reason.MALFORMED_JSON]),
        (b'{"entry":' + b"[" * 100_000, [Reason.MALFORMED_JSON]),
        (b'{"entry":[{"id":"1","messaging":[{"message":{"text":"\\ud800"}}]}]}', [Reason.MALFORMED_JSON]),
        ([], [Reason.UNSUPPORTED_SOURCE]),
        ({}, [Reason.UNSUPPORTED_SOURCE]),
        ({"object": "permissions", "entry": [{}, {}]}, [Reason.UNSUPPORTED_SOURCE]),
        ({"object": "page", "entry": 5}, [Reason.WRONG_SHAPE]),
        ({"object": "page", "entry": []}, [Reason.EMPTY_DELIVERY]),
        ({"object": "page", "entry": [{"id": "1"}, 7]}, [Reason.EMPTY_DELIVERY, Reason.WRONG_SHAPE]),
        ({"object": "page", "entry": [{"messaging": [TEXT_EVENT, {}]}]}, [Reason.MISSING_FIELD] * 2),
        (items(TEXT_EVENT, TEXT_EVENT, asset="0"), [Reason.TEST_TRAFFIC] * 2),
        (items(event(sender={"id": "12334"}, message={"mid": "m_1"})), [Reason.TEST_TRAFFIC]),
        (items(event(message={"mid": "random_mid", "text": "random_text"})), [Reason.TEST_TRAFFIC]),
        (items(event(message=5), TEXT_EVENT), [Reason.WRONG_SHAPE, None]),
        (items(event(), event(branded_camera={"event": "dismiss"})), [Reason.UNKNOWN_EVENT] * 2),
        (items(event(recipient={"id": "1002"}, message={"mid": "m_1"})), [Reason.ASSET_MISMATCH]),
        (items(event(timestamp="asdf", read={"watermark": SENT_MS})), [Reason.INVALID_TIMESTAMP]),
        (items(event(timestamp=1111111, read={"watermark": SENT_MS})), [None]),
        (items(event(timestamp=4_200_000_000_000, read={"watermark": SENT_MS})), [Reason.INVALID_TIMESTAMP]),
        (change("foo", {"item": "bar"}), [Reason.UNKNOWN_EVENT]),
    ],
)
def test_refusals_have_their_reason(body: Any, expected: list[Reason | None]) -> None:
    assert reasons(read(messenger.SOURCE, body)) == expected


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"object": "page", "entry": []}, "messenger"),
        ({"object": "instagram"}, "instagram"),
        ({"object": "whatsapp_business_account"}, "whatsapp"),
        ({"entry": [{"id": ACCOUNT, "messaging": []}]}, "instagram"),
        ({"entry": [{"id": 1001, "standby": []}]}, "messenger"),
        ({"entry": [{"id": "7", "changes": [{"field": "messages", "value": {"messaging_product": "whatsapp"}}]}]}, "whatsapp"),
        (TEXT_EVENT, "messenger"),
        ({"messaging": TEXT_EVENT}, "messenger"),
        ({"field": "marketing_message_echoes", "page_id": 1}, "messenger"),
        ({"object": "permissions", "entry": []}, None),
        ({"id": 5778367414385, "line_items": []}, None),
        ([TEXT_EVENT], None),
    ],
)
def test_one_source_at_most_recognises_a_body(body: Any, name: str | None) -> None:
    assert [source.name for source in SOURCES if source.recognises(body, {})] == ([name] if name else [])


@given(body=JSON)
def test_recognising_never_fails(body: Any) -> None:
    assert sum(source.recognises(body, {}) for source in SOURCES) <= 1


def test_a_bare_event_is_read_as_if_it_had_come_in_its_entry() -> None:
    for item in (*THREAD_ITEMS[:4], echo(text="hello")):
        assert read(messenger.SOURCE, item) == read(messenger.SOURCE, items(item))
        assert read(messenger.SOURCE, {"messaging": item}) == read(messenger.SOURCE, items(item))
    assert reasons(read(messenger.SOURCE, {"recipient": {"id": PSID}, "message": {"text": "sent"}})) == [Reason.MISSING_FIELD]


def test_both_thread_sources_read_the_same_format() -> None:
    body = items(event(recipient={"id": ACCOUNT}, message={"mid": MESSAGE_ID, "text": "hi"}), platform="instagram", asset=ACCOUNT)
    desk = new_desk()
    [row] = loaded(instagram.SOURCE, body, desk=desk)
    assert (row.source, row.asset_id, row.person_key) == ("instagram", ACCOUNT, desk.shop("instagram", ACCOUNT).person("instagram", PSID))


def test_an_unknown_asset_becomes_a_shop_of_its_own() -> None:
    desk = new_desk()
    [row] = loaded(messenger.SOURCE, items(event(recipient={"id": "555"}, message={"mid": "m_1"}), asset="555"), desk=desk)
    assert row.shop_id == "unclaimed-messenger-555"
    asked = desk.take_assets()
    assert set(asked) == {("messenger", "555")}
    assert ("messenger", ASSETS["messenger"]) not in asked


def test_a_missing_time_falls_back_to_the_entry_then_to_the_arrival() -> None:
    untimed = items(event(timestamp=None, message={"mid": "m_1"}))
    [row] = loaded(messenger.SOURCE, untimed)
    assert row.occurred_ms == SENT_MS + 400
    del untimed["entry"][0]["time"]
    assert reasons(read(messenger.SOURCE, untimed)) == [Reason.INVALID_TIMESTAMP]
    [outcome] = read(messenger.SOURCE, untimed, received_ms=SENT_MS + 900)
    assert isinstance(outcome, Loaded)
    assert outcome.rows[0].occurred_ms == SENT_MS + 900


def test_the_day_is_the_shops_own() -> None:
    [row] = loaded(messenger.SOURCE, items(event(timestamp=1_700_002_800_000, message={"mid": "m_1"})))  # 2023-11-14T23:00Z
    assert datetime(1970, 1, 1) + timedelta(days=row.occurred_day) == datetime(2023, 11, 15)


@given(instant=st.integers(FIRST_MS, END_MS - 1))
def test_one_instant_is_one_time_however_it_is_told(instant: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=instant)
    seconds, rest = divmod(instant, 1000)
    told = [instant, str(instant), float(instant), f"{instant}.0", f"{seconds}.{rest:03}", moment.isoformat(), f" {instant} "]
    assert {meta_ms(each) for each in told} == {instant}
    assert {meta_ms(each) for each in (seconds, str(seconds), float(seconds), moment.strftime("%Y-%m-%dT%H:%M:%S+0000"))} == {
        seconds * 1000
    }


@given(told=st.integers() | st.floats() | st.text(max_size=30))
def test_a_time_lies_between_2004_and_2100_or_is_refused(told: Any) -> None:
    try:
        instant = meta_ms(told)
    except Refusal as refusal:
        instant = FIRST_MS if refusal.reason is Reason.INVALID_TIMESTAMP else -1
    assert FIRST_MS <= instant < END_MS


@pytest.mark.parametrize(
    "told", ["asdf", "", "2021-09-08T06:34:04", "2021-09-08", "nan", "1e400", "-1700000000", "1_700_000_000", "٣٠٠", 1e300]
)
def test_what_is_no_instant_is_refused(told: Any) -> None:
    with pytest.raises(Refusal):
        meta_ms(told)
