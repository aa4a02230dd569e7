"""The receiver's one TOML file, typed; examples/receiver.toml explains each key."""

from __future__ import annotations

import os
import re
import tomllib
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from pipelines.failure import first_line
from pipelines.receiver.toml_lines import line_of

_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_STANDARD_PREFIX = "whsec_"

Port = Annotated[int, Meta(ge=0, le=65535)]
Positive = Annotated[int, Meta(gt=0)]
Keys = Annotated[list["Secret"], Meta(min_length=1, max_length=2)]


class ConfigError(ValueError):
    """A configuration that cannot be used: names the file, the line or key, and what was expected."""


class Secret(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a secret lies: an environment variable or a file, never the configuration itself."""

    env: str | None = None
    file: str | None = None


class Address(Struct, frozen=True, forbid_unknown_fields=True):
    """Where to listen. Port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: Port = 8080


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """What one sender, and all of them together, may take."""

    body_bytes: Positive = 1024 * 1024
    header_bytes: Positive = 32 * 1024
    request_seconds: Annotated[float, Meta(gt=0, le=60)] = 10.0
    idle_seconds: Positive = 75
    connections: Positive = 8192
    queue_deliveries: Positive = 8192
    queue_bytes: Positive = 256 * 1024 * 1024
    free_disk_bytes: Annotated[int, Meta(ge=0)] = 512 * 1024 * 1024


class Segments(Struct, frozen=True, forbid_unknown_fields=True):
    """When a segment is sealed, which is when the pipeline may read it."""

    max_bytes: Positive = 64 * 1024 * 1024
    max_seconds: Annotated[float, Meta(gt=0)] = 60.0


class Silence(Struct, frozen=True, forbid_unknown_fields=True):
    """When a shop that should speak is told to be silent. `expected`: source -> assets that must never be."""

    after_minutes: Annotated[float, Meta(gt=0)] = 15.0
    expected: dict[str, list[str]] = {}


class Endpoint(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """One path and the secrets of who posts there: one, or two while they are changed."""

    path: str
    secrets: Keys


class MetaEndpoint(Endpoint, frozen=True, kw_only=True, tag="meta"):
    """Messenger, Instagram and WhatsApp of one app."""

    verify_token: Secret


class ShopifyEndpoint(Endpoint, frozen=True, kw_only=True, tag="shopify"):
    """Shops of one Shopify app."""


class WooCommerceEndpoint(Endpoint, frozen=True, kw_only=True, tag="woocommerce"):
    """WooCommerce shops that share a webhook secret."""


class StandardEndpoint(Endpoint, frozen=True, kw_only=True, tag="standard"):
    """An own sender: a till, an ad log, a consent tool."""


class DeletionEndpoint(Endpoint, frozen=True, kw_only=True, tag="meta_deletion"):
    """Meta's data-deletion callback of one app."""

    app_id: str
    public_url: str  # of this path, as people reach it


KINDS = ("meta", "shopify", "woocommerce", "standard", "meta_deletion")
AnyEndpoint = MetaEndpoint | ShopifyEndpoint | WooCommerceEndpoint | StandardEndpoint | DeletionEndpoint


class ReceiverConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    listen: Address = Address()
    admin: Address = Address(port=9464)
    limits: Limits = Limits()
    segments: Segments = Segments()
    silence: Silence = Silence()
    endpoint: Annotated[list[AnyEndpoint], Meta(min_length=1)]


def read_config(path: Path) -> ReceiverConfig:
    """Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        config = msgspec.convert(tomllib.loads(text), ReceiverConfig)
    except OSError as error:
        raise ConfigError(first_line(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    except msgspec.ValidationError as error:
        fault, _, key = str(error).partition(" - at `$.")
        raise _wrong(path, text, key.rstrip("`"), fault) from error
    for key, fault in _faults(config):
        raise _wrong(path, text, key, fault)
    return config


def _wrong(path: Path, text: str, key: str, fault: str) -> ConfigError:
    """The fault with its place and, where the decoder does not say it, what was expected."""
    if key.endswith(".kind"):
        fault += f", expected one of {', '.join(KINDS)}"
    elif re.search(r"(secrets\[\d+\]|verify_token)$", key):
        fault += ': write { env = "NAME" } or { file = "PATH" }, for secrets do not belong here'
    line = line_of(text, key) if key else None
    place = f"{path}, line {line}" if line else str(path)
    return ConfigError(f"{place}: {key}: {fault}" if key else f"{place}: {fault}")


def _faults(config: ReceiverConfig) -> Iterator[tuple[str, str]]:
    """(key, fault) of what types cannot say."""
    taken: dict[str, int] = {}
    for number, endpoint in enumerate(config.endpoint):
        if not _PATH.fullmatch(endpoint.path):
            yield f"endpoint[{number}].path", f"expected a path such as /hooks/shopify, got {endpoint.path!r}"
        if taken.setdefault(endpoint.path, number) != number:
            yield (
                f"endpoint[{number}].path",
                f"expected a path of its own, {endpoint.path!r} is that of endpoint[{taken[endpoint.path]}] too",
            )
        if isinstance(endpoint, DeletionEndpoint) and not re.match(r"https?://[^/\s]+/", endpoint.public_url):
            yield f"endpoint[{number}].public_url", f"expected the https URL of this path, got {endpoint.public_url!r}"
    if config.listen.port == config.admin.port != 0:
        yield "admin.port", f"expected another port than listen.port, which is {config.listen.port} too"


def secrets_of(path: Path, config: ReceiverConfig) -> list[list[bytes]]:
    """The secrets of each endpoint, in its order. Raises ConfigError, which never shows a secret."""
    return [
        [_decoded(endpoint, f"{path}: endpoint[{number}].secrets[{place}]", secret) for place, secret in enumerate(endpoint.secrets)]
        for number, endpoint in enumerate(config.endpoint)
    ]


def verify_token(path: Path, number: int, endpoint: MetaEndpoint) -> bytes:
    """Raises ConfigError."""
    return _secret(f"{path}: endpoint[{number}].verify_token", endpoint.verify_token).encode()


def _decoded(endpoint: AnyEndpoint, where: str, secret: Secret) -> bytes:
    text = _secret(where, secret)
    if not isinstance(endpoint, StandardEndpoint):
        return text.encode()
    try:
        key = b64decode(text.removeprefix(_STANDARD_PREFIX), validate=True) if text.startswith(_STANDARD_PREFIX) else b""
    except (Base64Error, ValueError):
        key = b""
    if len(key) < 16:
        raise ConfigError(f"{where}: expected {_STANDARD_PREFIX} and at least 16 bytes in base64 (Standard Webhooks)")
    return key


def _secret(where: str, secret: Secret) -> str:
    if (secret.env is None) == (secret.file is None):
        raise ConfigError(f'{where}: expected either {{ env = "NAME" }} or {{ file = "PATH" }}')
    if secret.env is not None:
        text = os.environ.get(secret.env, "")
        place = f"the environment variable {secret.env}"
    else:
        file = Path(os.path.expandvars(secret.file or ""))
        place = f"the file {file}"
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{where}: expected a secret in {place}: {first_line(error)}") from error
    if not text.strip():
        raise ConfigError(f"{where}: expected a secret in {place}, which is not set or empty")
    return text.strip()
