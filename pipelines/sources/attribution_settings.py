"""[shop.attribution] of shops.toml: attribution windows, what touches may be counted again, the weights of two models."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_NAME = re.compile(r"[a-z0-9_]{1,64}")
_LONGEST_S = 2 * 366 * 86_400
_PPB = 1_000_000_000
_TOUCHES = ("reuse", "reset")
PRESETS = ("1d_click", "7d_click", "28d_click", "1d_view", "1d_ev")
_SHOWN = "7d_click"  # the pages of a shop show it


class SettingError(ValueError):
    """A setting that cannot be used; says which, and what was expected."""


class LookBacks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far a window looks back, in seconds, by touch type; 0: not at all, None: as without this setting."""

    click_s: int | None = None
    reply_s: int | None = None
    store_scan_s: int | None = None
    engaged_view_s: int | None = None
    view_s: int | None = None

    def told(self) -> dict[str, int]:
        """Touch type -> seconds."""
        lengths = {name.removesuffix("_s"): getattr(self, name) for name in LookBacks.__struct_fields__}
        return {touch_type: seconds for touch_type, seconds in lengths.items() if seconds is not None}


class Window(LookBacks, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A window of the shop's own, or what it changes in a preset; `channels` may look back otherwise than the rest."""

    channels: dict[str, LookBacks] = {}


class AttributionSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table [shop.attribution]. Shares are parts per billion of an order's credit."""

    touches: str = "reuse"
    half_life_s: int = 604_800
    first_share_ppb: int = 400_000_000
    last_share_ppb: int = 400_000_000
    direct_channels: tuple[str, ...] = ("direct",)
    presets: tuple[str, ...] = PRESETS
    windows: dict[str, Window] = {}


def attribution_events(settings: AttributionSettings) -> dict[str, str]:
    """Key -> value as raw.config_event holds them; look-backs as `attribution.look_back.<window>.<touch type>.<channel>`, the
    channel empty for all. Raises SettingError."""
    told = {
        "attribution.touches": settings.touches,
        "attribution.half_life_s": str(settings.half_life_s),
        "attribution.first_share_ppb": str(settings.first_share_ppb),
        "attribution.last_share_ppb": str(settings.last_share_ppb),
        "attribution.direct_channels": ",".join(settings.direct_channels),
        "attribution.presets": ",".join(settings.presets),
    }
    if settings.touches not in _TOUCHES:
        raise SettingError(f"attribution.touches: expected reuse or reset, not {settings.touches!r}")
    if not 1 <= settings.half_life_s <= _LONGEST_S:
        raise SettingError(f"attribution.half_life_s: expected 1 to {_LONGEST_S} seconds, not {settings.half_life_s}")
    for name, share in (("first", settings.first_share_ppb), ("last", settings.last_share_ppb)):
        if not 0 <= share <= _PPB:
            raise SettingError(f"attribution.{name}_share_ppb: expected 0 to {_PPB} parts per billion, not {share}")
    if settings.first_share_ppb + settings.last_share_ppb > _PPB:
        raise SettingError(f"attribution.first_share_ppb and last_share_ppb: expected {_PPB} together at the most")
    if _SHOWN not in settings.presets or not set(settings.presets) <= set(PRESETS):
        raise SettingError(f"attribution.presets: expected {_SHOWN} and what else is wanted of {', '.join(PRESETS)}")
    for channel in settings.direct_channels:
        _check_name("attribution.direct_channels", channel)
    for name, window in settings.windows.items():
        _check_name("attribution.windows", name)
        if not window.told() and not any(each.told() for each in window.channels.values()):
            raise SettingError(
                f"attribution.windows.{name}: expected one of {', '.join(LookBacks.__struct_fields__)}, or channels with one"
            )
        for touch_type, channel, seconds in _look_backs(name, window):
            told[f"attribution.look_back.{name}.{touch_type}.{channel}"] = str(seconds)
    return told


def _look_backs(name: str, window: Window) -> Iterator[tuple[str, str, int]]:
    for channel in window.channels:
        _check_name(f"attribution.windows.{name}.channels", channel)
    for channel, lengths in [("", window), *window.channels.items()]:
        for touch_type, seconds in lengths.told().items():
            if not 0 <= seconds <= _LONGEST_S:
                where = f"attribution.windows.{name}{'.channels.' * bool(channel)}{channel}.{touch_type}_s"
                raise SettingError(f"{where}: expected 0 to {_LONGEST_S} seconds, not {seconds}")
            yield touch_type, channel, seconds


def _check_name(where: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise SettingError(f"{where}: {name!r}: expected 1 to 64 of a-z, 0-9 and _")
