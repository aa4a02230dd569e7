"""Attribution models over a table of paths: pure functions of numpy arrays, without warehouse, file or clock.

`paths` holds the table. `rules`, `leave_one_out` give each touch a share of its path's conversions; `markov` and
`shapley` give each channel an effect, which its share of all conversions follows.
"""
