"""Why a record is refused: one code each, one sentence each (docs/quarantine.md holds the same table)."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Reason codes of quarantined records. The value is the code."""

    sentence: str

    def __new__(cls, code: str, sentence: str) -> Reason:
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        return member

    UNSUPPORTED_SOURCE = "unsupported_source", "The file or body is of a kind that no source reads yet."
    UNKNOWN_TABLE = "unknown_table", "The columns of the table are those of no known one; order tables are read with a mapping."
    UNUSED = "unused", "A known document or table of a source that holds nothing to be counted, such as a product or a payout."
    MALFORMED_JSON = "malformed_json", "The body is not JSON (cut off, not UTF-8, a lone surrogate, NaN, or nested too deeply)."
    MALFORMED_ROW = "malformed_row", "The table row has another number of cells than its header, or is not UTF-8."
    TOO_LARGE = "too_large", "The body is larger than the limit of its source."
    EMPTY_DELIVERY = "empty_delivery", "The body is well formed but holds no record."
    WRONG_SHAPE = "wrong_shape", "A known field holds another type than its format allows."
    MISSING_FIELD = "missing_field", "A field that the record cannot do without is absent."
    UNKNOWN_EVENT = "unknown_event", "The event has no kind that its format knows."
    INVALID_TIMESTAMP = "invalid_timestamp", "The time is absent, not a time, or outside 2004 to 2100."
    INVALID_MONEY = "invalid_money", "An amount is not a decimal number, or is finer than its field allows."
    INVALID_CURRENCY = "invalid_currency", "The currency is not an ISO 4217 code."
    ASSET_MISMATCH = "asset_mismatch", "Neither side of the message is the asset that delivered it."
    TEST_TRAFFIC = "test_traffic", "A platform's test button or a test order sent it."
