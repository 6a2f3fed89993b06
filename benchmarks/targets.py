"""What is promised."""

from __future__ import annotations

from collections.abc import Mapping

CLICK: Mapping[str, float] = {
    **dict.fromkeys(("link", "munin", "pigs"), 100.0),
    **dict.fromkeys(("alarm", "hailfinder", "win95pts", "hepar2"), 40.0),
    **dict.fromkeys(("andes", "munin1"), 20.0),
    **dict.fromkeys(("mildew", "munin2"), 15.0),
    "diabetes": 8.0,
    **dict.fromkeys(("barley", "water"), 4.0),
}
"""Best exact peer by ours, median click on a variable that was not observed before."""
FLOOR = 1.0
"""No other ratio on any network may be less."""
FIRST_ON_MOST = 2.0
"""Compile + first answer, on at least half of the networks."""
CLICK_SECONDS: Mapping[str, float] = dict.fromkeys(("diabetes", "barley", "mildew"), 0.012)
OTHER_CLICK_SECONDS = 0.005
PEAK_BY_PREDICTION = 1.3
LOOPY = {"binary": 300.0, "general": 80.0}
BANDWIDTH_SHARE = 0.7
BANDWIDTH_SIDES = (1000,)
"""Grids that no cache holds."""
BATCH = 50.0
COLD_START_SECONDS = 1.0
WAITING_CLICK_SECONDS = 0.1
"""Longer than this and a click was waiting for a kernel to compile: that takes seconds."""
IMPORT_SECONDS = 0.35


def click_target(network: str) -> float:
    return CLICK.get(network, FLOOR)


def click_seconds(network: str) -> float:
    return CLICK_SECONDS.get(network, OTHER_CLICK_SECONDS)
