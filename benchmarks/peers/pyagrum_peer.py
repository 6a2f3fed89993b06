"""pyAgrum's answers: python -m benchmarks.peers.pyagrum_peer ENGINE FOLDER BUDGET ROUNDS SKIPPED.

Runs in the peers' environment. Building the network object is not timed; making the engine is, as part of the
first answer.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pyagrum as gum

from benchmarks.protocol import Ask, Evidence, Network, answer_all, read_case


def load(network: Network) -> gum.BayesNet:
    net = gum.BayesNet()
    for id, size in zip(network.ids, network.sizes, strict=True):
        net.add(gum.LabelizedVariable(id, "", [f"s{state}" for state in range(size)]))
    for *parents, child in network.scopes:
        for parent in parents:
            net.addArc(parent, child)
    for scope, table in zip(network.scopes, network.tables, strict=True):
        ids = [network.ids[v] for v in scope]
        cpt = net.cpt(ids[-1])
        cpt[:] = np.ascontiguousarray(table.transpose([ids.index(name) for name in reversed(cpt.names)]))
    return net


def build(engine_name: str, net: gum.BayesNet) -> Ask:
    """Nodes are numbered in the order in which they were added: that of the network."""
    engine = getattr(gum, engine_name)(net)
    nodes = sorted(net.nodes())

    def ask(evidence: Evidence) -> list[np.ndarray]:
        engine.setEvidence(evidence)
        engine.makeInference()
        return [engine.posterior(node).toarray() for node in nodes]

    return ask


def main() -> None:
    engine_name, folder, budget, rounds, skipped = sys.argv[1:]
    network, asked = read_case(Path(folder))
    answer_all(
        asked, partial(load, network), partial(build, engine_name), float(budget), int(rounds), json.loads(skipped)
    )


if __name__ == "__main__":
    main()
