"""Instagram messaging and comments: webhooks of professional accounts."""

from pipelines.sources.meta_envelope import INSTAGRAM
from pipelines.sources.threads import thread_source

SOURCE = thread_source("instagram", INSTAGRAM)
