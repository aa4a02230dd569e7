"""ChannelAttribution's Markov model of order 1 at its defaults on a path table, timed without imports. Runs in an environment of its own.

Prints {"wall_s", "cpu_s", "conversions": {channel: ...}} as the last line.
"""

import json
import sys
import time

import ChannelAttribution
import pandas

table, delimiter, path, conversions, value, nulls, seed = sys.argv[1:]
rows = pandas.read_csv(table, sep=delimiter)
wall, cpu = time.perf_counter(), time.process_time()
found = ChannelAttribution.markov_model(
    rows, path, conversions, var_value=value, var_null=nulls, order=1, seed=int(seed), verbose=False, flg_pro=False
)
took = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
credits = dict(zip(found["channel_name"], map(float, found["total_conversions"]), strict=True))
print(json.dumps({**took, "conversions": credits}))  # noqa: T201
