"""PGMax's sweeps on a grid of binary variables: python -m benchmarks.peers.pgmax_peer FOLDER.

Runs in the peers' environment, in PGMax's single precision. The sweeps are compiled as a whole (jax.jit), which is
faster than calling `run` as it is; compiling is not timed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import jax
import numpy as np
from pgmax import fgraph, fgroup, infer, vgroup

from benchmarks.grids import Grid, read_job
from benchmarks.protocol import say

SPINS = np.array([[1.0, -1.0], [-1.0, 1.0]])


def factor_graph(grid: Grid) -> tuple[fgraph.FactorGraph, vgroup.NDVarArray]:
    variables = vgroup.NDVarArray(num_states=2, shape=grid.shape)
    graph = fgraph.FactorGraph(variable_groups=variables)
    names = [variables[row, column] for row in range(grid.shape[0]) for column in range(grid.shape[1])]
    pairs = [[names[i], names[j]] for i, j in grid.edges.tolist()]
    logs = grid.couplings[:, None, None] * SPINS
    graph.add_factors(fgroup.PairwiseFactorGroup(variables_for_factors=pairs, log_potential_matrix=logs))
    return graph, variables


def main() -> None:
    folder = Path(sys.argv[1])
    grid, sweeps, repeats = read_job(folder)
    graph, variables = factor_graph(grid)
    bp = infer.BP(graph.bp_state, temperature=1.0)
    fields = grid.fields.reshape(grid.shape)
    arrays = bp.init(evidence_updates={variables: np.stack([-fields, fields], axis=-1)})
    run = jax.jit(lambda start: bp.run(start, num_iters=sweeps, damping=0.0, temperature=1.0))
    jax.block_until_ready(run(arrays).ftov_msgs)
    for _ in range(repeats):
        start = time.perf_counter()
        reached = run(arrays)
        jax.block_until_ready(reached.ftov_msgs)
        say(seconds=(time.perf_counter() - start) / sweeps)
    (beliefs,) = infer.get_marginals(bp.get_beliefs(reached)).values()
    np.save(folder / "pgmax.npy", np.asarray(beliefs)[..., 1].ravel())


if __name__ == "__main__":
    main()
