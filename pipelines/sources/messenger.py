"""Messenger: webhooks of Facebook pages."""

from pipelines.sources.meta_envelope import PAGE
from pipelines.sources.threads import thread_source

SOURCE = thread_source("messenger", PAGE)
