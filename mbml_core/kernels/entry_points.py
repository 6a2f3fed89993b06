"""The kernels that the engine calls: compiled ahead, and loaded. Those that they call come along."""

from __future__ import annotations

from collections.abc import Callable

from mbml_core.kernels import (
    loopy_binary,
    loopy_general,
    loopy_layout,
    loopy_pairwise,
    loopy_residual,
    loopy_single,
    program,
    propagation,
    relevance,
    rows,
    tree,
)

ENTRY_POINTS: tuple[Callable[..., object], ...] = (
    relevance.ancestors_of,
    relevance.union_of,
    relevance.reached,
    relevance.select,
    relevance.order_of,
    tree.build_tree,
    program.assemble,
    propagation.collect,
    propagation.distribute,
    propagation.propagate,
    propagation.trace_back,
    rows.answer_rows,
    loopy_layout.incoming_lists,
    loopy_layout.colour_factors,
    loopy_binary.send_ratios,
    loopy_binary.gather_ratios,
    loopy_binary.sweep_ratios,
    loopy_binary.bethe_ratios,
    loopy_pairwise.send_states,
    loopy_pairwise.gather_states,
    loopy_pairwise.sweep_states,
    loopy_pairwise.bethe_states,
    loopy_single.send_ratios,
    loopy_single.gather_ratios,
    loopy_single.sweep_ratios,
    loopy_single.bethe_ratios,
    loopy_single.send_states,
    loopy_single.gather_states,
    loopy_single.sweep_states,
    loopy_single.bethe_states,
    loopy_general.recount,
    loopy_general.send_batch,
    loopy_general.sweep_factors,
    loopy_residual.expect_changes,
    loopy_residual.send_largest,
    loopy_residual.factors_of,
)
