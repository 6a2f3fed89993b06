"""How long a click takes: all marginals after one new observation, on the networks of the repository.

    python benchmarks/exact_click.py [NETWORK …] [--peer] [--markdown FILE]

Each network runs in a process of its own. A click observes one variable that was not observed before, in a state
of a forward sample, and reads all marginals as arrays. With --peer, pyAgrum (pip install pyagrum) answers the same
clicks by LazyPropagation and ShaferShenoy in a process of its own, tables renormalised and passed in double
precision; the numbers are compared before any time is printed, and the better of the two engines counts.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import resource
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

CLICKS = 8
DEFAULT = ("asia", "alarm", "hailfinder", "win95pts", "hepar2", "andes", "pigs", "munin", "diabetes")
MEMORY = 4 << 30
TOLERANCE = 1e-9
PEER_SECONDS = 300


def clicks(name: str) -> tuple[object, list[dict[str, int]]]:
    from mbml_core.formats import bif
    from tests.networks import network_text
    from tests.oracles.sampling import forward_sample

    graph = bif.read(network_text(name))
    sample = forward_sample(graph, seed=7)
    chosen = random.Random(11).sample(sorted(sample), min(CLICKS, len(sample)))  # noqa: S311 - picks clicks
    return graph, [{id: sample[id]} for id in chosen]


def measure_ours(name: str) -> dict[str, object]:
    import mbml_core as mb

    graph, queries = clicks(name)
    start = time.perf_counter()
    engine = mb.compile(graph, "exact", memory_limit=MEMORY)
    build = time.perf_counter() - start
    start = time.perf_counter()
    engine.infer({})
    first = time.perf_counter() - start
    times, answers = [], []
    for evidence in queries:
        start = time.perf_counter()
        result = engine.infer(evidence)
        times.append(time.perf_counter() - start)
        answers.append([p for marginal in result.marginals.values() for p in marginal.probabilities.tolist()])
    return {"build": build, "first": first, "clicks": times, "answers": answers, "peak_mb": peak_mb()}


def measure_peer(name: str) -> dict[str, object]:
    import pyagrum as gum

    from tests.oracles.peer import to_pyagrum

    graph, queries = clicks(name)
    net = to_pyagrum(graph)
    found: dict[str, object] = {}
    for label, method in (("lazy", gum.LazyPropagation), ("shafer", gum.ShaferShenoyInference)):
        start = time.perf_counter()
        engine = method(net)
        engine.makeInference()
        for variable in graph.variables:
            engine.posterior(variable.id).toarray()
        build = time.perf_counter() - start
        times, answers = [], []
        for evidence in queries:
            start = time.perf_counter()
            engine.setEvidence(evidence)
            engine.makeInference()
            arrays = [engine.posterior(variable.id).toarray() for variable in graph.variables]
            times.append(time.perf_counter() - start)
            answers.append([p for array in arrays for p in array.tolist()])
        found[label] = {"build": build, "clicks": times, "answers": answers}
    return found


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_own_process(name: str, who: str) -> dict[str, object] | None:
    command = [sys.executable, __file__, "--worker", who, name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PEER_SECONDS, check=True)  # noqa: S603
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        print(f"{name}, {who}: {type(error).__name__}", file=sys.stderr)
        return None
    return json.loads(done.stdout)


def agree(ours: dict[str, object], peer: dict[str, object]) -> None:
    for left, right in zip(ours["answers"], peer["answers"], strict=True):
        gap = max(abs(a - b) for a, b in zip(left, right, strict=True))
        if gap > TOLERANCE:
            raise SystemExit(f"answers differ by {gap:g}: no times are shown")


def row(name: str, with_peer: bool) -> str:
    ours = in_own_process(name, "ours")
    if ours is None:
        return f"| {name} | failed | | | | | |"
    click = statistics.median(ours["clicks"])
    cells = [name, *(f"{1e3 * t:.3g}" for t in (ours["build"], ours["first"], click, max(ours["clicks"])))]
    cells.append(f"{ours['peak_mb']:.0f}")
    peer = in_own_process(name, "peer") if with_peer else None
    if peer is not None:
        for engine in peer.values():
            agree(ours, engine)
        best = min(statistics.median(engine["clicks"]) for engine in peer.values())
        build = min(engine["build"] for engine in peer.values())
        cells += [f"{1e3 * build:.3g}", f"{1e3 * best:.3g}", f"{best / click:.3g}×"]
    elif with_peer:
        cells += ["–", "–", "–"]
    return "| " + " | ".join(cells) + " |"


def table(names: list[str], with_peer: bool) -> str:
    head = ["network", "build", "first answer", "click", "slowest click", "peak MB"]
    head += ["pyAgrum build + first", "pyAgrum click (better of LP, SS)", "ratio"] if with_peer else []
    lines = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    for name in names:
        lines.append(row(name, with_peer))
        print(lines[-1], file=sys.stderr, flush=True)
    machine = f"{platform.processor() or platform.machine()}, Python {platform.python_version()}"
    return (
        f"{date.today().isoformat()}, {machine}; times in milliseconds, medians of {CLICKS} clicks.\n\n"
        + "\n".join(lines)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="*", default=DEFAULT)
    parser.add_argument("--peer", action="store_true", help="measure pyAgrum beside us")
    parser.add_argument("--markdown", type=Path, help="also write the table to this file")
    parser.add_argument("--worker", choices=("ours", "peer"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        measure = measure_ours if arguments.worker == "ours" else measure_peer
        print(json.dumps(measure(arguments.networks[0])))
        return
    text = table(list(arguments.networks), arguments.peer)
    print(text)
    if arguments.markdown:
        arguments.markdown.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
