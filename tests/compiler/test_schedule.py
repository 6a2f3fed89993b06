from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.compiler.compiled import CompiledGraph, compile_graph
from mbml_core.compiler.schedule import Batch, Schedule, flooding, sequential, two_pass
from tests.compiler.structures import Scopes, drawing, hypergraphs
from tests.strategies import forests

Message = tuple[int, int]
"""(factor, scope position it sends to)."""


@st.composite
def forest_graphs(draw: st.DrawFn) -> CompiledGraph:
    return compile_graph(draw(forests()))


@st.composite
def any_graphs(draw: st.DrawFn) -> CompiledGraph:
    sizes, scopes = draw(hypergraphs(most=7))
    return compile_graph(drawing(sizes, scopes[: draw(st.integers(0, len(scopes)))]))


def sent(graph: CompiledGraph, batch: Batch) -> list[Message]:
    return [
        (int(graph.groups[send.group].members[row]), axis)
        for send in batch
        for row in send.rows.tolist()
        for axis in send.axes
    ]


def every_message(graph: CompiledGraph, cut: frozenset[int] = frozenset()) -> Counter[Message]:
    return Counter(
        (f, axis) for f, scope in enumerate(graph.scopes) for axis, v in enumerate(scope) if v not in cut
    )


def has_loop(graph: CompiledGraph, cut: frozenset[int]) -> bool:
    """Whether an edge between a factor and an uncut variable joins what hangs together already: union-find."""
    above: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        while node in above:
            node = above[node]
        return node

    for f, scope in enumerate(graph.scopes):
        for v in scope:
            if v in cut:
                continue
            left, right = root(("factor", f)), root(("variable", v))
            if left == right:
                return True
            above[left] = right
    return False


def needed(graph: CompiledGraph, message: Message, cut: frozenset[int]) -> set[Message]:
    """What a message is made of: what every other variable of the scope hears from its other factors."""
    factor, axis = message
    others = {v for i, v in enumerate(graph.scopes[factor]) if i != axis and v not in cut}
    return {
        (f, i) for f, scope in enumerate(graph.scopes) if f != factor for i, v in enumerate(scope) if v in others
    }


def assert_two_pass(graph: CompiledGraph, schedule: Schedule, cut: frozenset[int]) -> None:
    """Each message exactly once, and in a later batch than everything it needs."""
    assert schedule.name == "two-pass"
    messages = [sent(graph, batch) for batch in schedule.batches]
    assert Counter(m for batch in messages for m in batch) == every_message(graph, cut)
    known: set[Message] = set()
    for batch in messages:
        assert batch
        for message in batch:
            assert needed(graph, message, cut) <= known
        known.update(batch)


# --- two passes --------------------------------------------------------------------------------------------


@given(forest_graphs())
def test_on_a_forest_each_message_is_sent_once_when_all_it_needs_is_there(graph: CompiledGraph) -> None:
    schedule = two_pass(graph)
    assert schedule is not None
    assert_two_pass(graph, schedule, frozenset())


@given(any_graphs(), st.data())
def test_there_is_no_two_pass_schedule_exactly_where_there_is_a_loop(
    graph: CompiledGraph, data: st.DataObject
) -> None:
    """Variables known for certain close no loop."""
    cut = frozenset(data.draw(st.sets(st.integers(0, len(graph.n_states) - 1))))
    schedule = two_pass(graph, cut)
    assert (schedule is None) == has_loop(graph, cut)
    if schedule is not None:
        assert_two_pass(graph, schedule, cut)


@pytest.mark.parametrize(
    ("scopes", "cut"),
    [
        ([(0, 1), (1, 2), (2, 0)], set()),
        ([(0, 1), (0, 1)], set()),
        ([(0, 1, 2), (2, 1)], {0}),
        ([(0, 1), (1, 2), (2, 3), (3, 0)], set()),
    ],
)
def test_loops_are_seen(scopes: Scopes, cut: set[int]) -> None:
    graph = compile_graph(drawing([2] * 4, scopes))
    assert two_pass(graph, frozenset(cut)) is None
    assert two_pass(graph, frozenset({*cut, 1})) is not None


def test_a_chain_runs_from_the_far_end_to_the_first_variable_and_back() -> None:
    graph = compile_graph(drawing([2] * 3, [(0, 1), (1, 2), (2,)]))
    schedule = two_pass(graph)
    assert schedule is not None
    assert [sent(graph, batch) for batch in schedule.batches] == [[(2, 0)], [(1, 0)], [(0, 0)], [(0, 1)], [(1, 1)]]


def test_where_all_is_known_nothing_is_sent() -> None:
    graph = compile_graph(drawing([2] * 3, [(0, 1), (1, 2), (2, 0)]))
    schedule = two_pass(graph, frozenset({0, 1, 2}))
    assert schedule is not None
    assert schedule.batches == ()


def test_factors_of_one_depth_and_group_send_in_one_call() -> None:
    graph = compile_graph(drawing([2] * 6, [(0, i) for i in range(1, 6)]))
    schedule = two_pass(graph)
    assert schedule is not None
    assert [[(send.group, send.rows.tolist(), send.axes) for send in batch] for batch in schedule.batches] == [
        [(0, [0, 1, 2, 3, 4], (0,))],
        [(0, [0, 1, 2, 3, 4], (1,))],
    ]


# --- one after another -------------------------------------------------------------------------------------


@given(any_graphs())
def test_a_sequential_sweep_lets_every_factor_send_everything_once(graph: CompiledGraph) -> None:
    schedule = sequential(graph)
    assert schedule.name == "sequential"
    assert Counter(m for batch in schedule.batches for m in sent(graph, batch)) == every_message(graph)


@given(any_graphs())
def test_factors_of_one_batch_share_no_variable(graph: CompiledGraph) -> None:
    for batch in sequential(graph).batches:
        factors = {factor for factor, _ in sent(graph, batch)}
        assert factors
        together = [v for factor in factors for v in graph.scopes[factor]]
        assert len(together) == len(set(together))


@given(any_graphs())
def test_each_factor_takes_the_first_batch_that_is_free_for_it(graph: CompiledGraph) -> None:
    batches: list[list[int]] = []
    for factor, scope in enumerate(graph.scopes):
        fits = [b for b in batches if not any(set(scope) & set(graph.scopes[other]) for other in b)]
        if not scope:
            continue
        if not fits:
            batches.append([])
        (fits[0] if fits else batches[-1]).append(factor)
    found = [sorted({factor for factor, _ in sent(graph, batch)}) for batch in sequential(graph).batches]
    assert found == batches


# --- all at once -------------------------------------------------------------------------------------------


@given(any_graphs())
def test_flooding_sends_everything_once_and_at_once(graph: CompiledGraph) -> None:
    schedule = flooding(graph)
    assert schedule.name == "flooding"
    (batch,) = schedule.batches
    assert Counter(sent(graph, batch)) == every_message(graph)
    assert all(send.axes for send in batch)


# --- large graphs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "n_batches"),
    [
        pytest.param([(0, i) for i in range(1, 20_000)], [1, 19_999, 2], id="star"),
        pytest.param([(i - 1, i) for i in range(1, 20_000)], [1, 2, 2 * 19_999], id="chain"),
    ],
)
def test_twenty_thousand_factors_are_scheduled_in_no_time(scopes: Scopes, n_batches: list[int]) -> None:
    """Linear: some 0.2 s. Searching the colours of a hub from zero for each of its factors takes 10 s."""
    graph = compile_graph(drawing([2] * 20_000, scopes))
    started = time.process_time()
    schedules = [flooding(graph), sequential(graph), two_pass(graph)]
    assert time.process_time() - started < 3.0
    assert [len(schedule.batches) for schedule in schedules if schedule] == n_batches
