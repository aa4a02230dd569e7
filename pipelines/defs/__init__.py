"""Only objects that Dagster discovers."""

import warnings

import dagster as dg

# `backfill_policy` is what makes a range of days one run; Dagster calls it beta, and its version is pinned
warnings.filterwarnings("ignore", message="Parameter `backfill_policy`", category=dg.BetaWarning)
