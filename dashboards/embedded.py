"""What a page carries within itself: its style, its script, and plotly.js, packed, for whoever wants to touch a chart.

The Content-Security-Policy names the two scripts by hash and forbids everything else, so a page can neither load anything nor run
a script that came in with the data.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from functools import cache
from pathlib import Path

from markupsafe import Markup
from plotly.offline import get_plotlyjs

STATIC = Path(__file__).with_name("static")


@cache
def style() -> Markup:
    return Markup((STATIC / "page.css").read_text(encoding="utf-8"))


@cache
def script() -> Markup:
    return Markup((STATIC / "charts.js").read_text(encoding="utf-8"))


@cache
def packed_plotly() -> Markup:
    """plotly.js of the installed plotly, gzip in base64: 2.0 MB instead of 4.8 MB."""
    return Markup(base64.b64encode(gzip.compress(get_plotlyjs().encode(), compresslevel=9, mtime=0)).decode("ascii"))


@cache
def policy() -> str:
    """For pages with charts. plotly.js styles itself (`style-src`) and makes pictures of its charts (`img-src`)."""
    scripts = " ".join(f"'sha256-{_sha256(text)}'" for text in (script(), get_plotlyjs()))
    return f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"


def scriptless_policy() -> str:
    """For pages without charts to take over."""
    return "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
