"""All networks of the Bayesian Network Repository, as they ship with pgmpy."""

from __future__ import annotations

import time

import pytest

from mbml_core.formats import bif, uai
from tests.networks import network_names, network_text

FACTS = {
    "alarm": (37, 46, 509),
    "andes": (223, 338, 1157),
    "asia": (8, 8, 18),
    "barley": (48, 84, 114005),
    "cancer": (5, 4, 10),
    "child": (20, 25, 230),
    "diabetes": (413, 602, 429409),
    "earthquake": (5, 4, 10),
    "hailfinder": (56, 66, 2656),
    "hepar2": (70, 123, 1453),
    "insurance": (27, 52, 1008),
    "link": (724, 1125, 14211),
    "mildew": (35, 46, 540150),
    "munin": (1041, 1397, 80592),
    "munin1": (186, 273, 15622),
    "munin2": (1003, 1244, 69431),
    "munin3": (1041, 1306, 71059),
    "munin4": (1038, 1388, 80352),
    "pathfinder": (109, 195, 72079),
    "pigs": (441, 592, 5618),
    "sachs": (11, 17, 178),
    "survey": (6, 6, 21),
    "water": (32, 66, 10083),
    "win95pts": (76, 112, 574),
}
"""Nodes, arcs, free parameters, as bnlearn.com/bnrepository lists them."""

SMALL = ["alarm", "asia", "child", "hailfinder", "pigs", "sachs"]


def test_every_network_is_in_the_list_of_facts() -> None:
    assert set(network_names()) >= set(FACTS)


@pytest.mark.parametrize("name", network_names())
def test_a_published_network_reads_in_time_with_its_nodes_arcs_and_parameters(name: str) -> None:
    text = network_text(name)
    start = time.process_time()
    graph = bif.read(text)
    assert time.process_time() - start < 3.0  # the slowest, diabetes with 5.5 MB, takes 0.6 s
    arcs = sum(len(factor.scope) - 1 for factor in graph.factors)
    shapes = [factor.parameters["values"].shape for factor in graph.factors]
    free = sum(
        factor.parameters["values"].size // shape[-1] * (shape[-1] - 1)
        for factor, shape in zip(graph.factors, shapes, strict=True)
    )
    if name in FACTS:
        assert (len(graph.variables), arcs, free) == FACTS[name]
    assert len(graph.factors) == len(graph.variables)


@pytest.mark.parametrize("name", SMALL)
def test_a_published_network_survives_writing(name: str) -> None:
    graph = bif.read(network_text(name))
    assert bif.read(bif.write(graph)) == graph
    numbers = uai.read(uai.write(graph))
    assert uai.write(graph).startswith("BAYES\n")
    for there, back in zip(graph.factors, numbers.factors, strict=True):
        assert there.parameters["values"].tobytes() == back.parameters["values"].tobytes()
        assert [graph.variable_index[id] for id in there.scope] == [int(id[1:]) for id in back.scope]


def test_a_row_of_a_published_network_is_where_it_belongs() -> None:
    graph = bif.read(network_text("survey"))
    [education] = [factor for factor in graph.factors if factor.parameters["child"] == "E"]
    assert education.scope == ("A", "S", "E")
    # survey.bif: (old, M) 0.88, 0.12 and (young, F) 0.64, 0.36
    assert education.parameters["values"][2, 0].tolist() == [0.88, 0.12]
    assert education.parameters["values"][0, 1].tolist() == [0.64, 0.36]
