"""Figures that are promised, measured: each module prints its own, and a test holds it.

`python -m benchmarks` (`make bench`): what our UPS mapping costs beside karrio's, the same inputs, in one run, in
microseconds of CPU. `python -m benchmarks.order_cost`: write units and vendor round trips of one order.
"""
