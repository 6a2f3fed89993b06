"""Trees to be read; that kernels lay them out right is held in tests/kernels/test_tree.py."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbml_core.compiler.junction_tree import Clique, JunctionTree, has_running_intersection, junction_tree_of
from tests.compiler.structures import Scopes, hypergraphs
from tests.kernels.networks import network_of, runs, tree_by


def read(sizes: list[int], scopes: Scopes, order: list[int]) -> JunctionTree:
    return junction_tree_of(tree_by(network_of(sizes, scopes), order), sizes)


@st.composite
def planned(draw: st.DrawFn) -> tuple[list[int], Scopes, JunctionTree]:
    """A random graph and its tree, by any order of elimination. Variables of one state stand in no scope."""
    sizes, scopes = draw(hypergraphs(most=9))
    tree = read(sizes, scopes, draw(st.permutations(range(len(sizes)))))
    return sizes, [tuple(v for v in scope if sizes[v] > 1) for scope in scopes], tree


Planned = tuple[list[int], Scopes, JunctionTree]


@given(hypergraphs(), st.data())
def test_cliques_are_read_as_they_lie(drawn: tuple[list[int], Scopes], data: st.DataObject) -> None:
    sizes, scopes = drawn
    arrays = tree_by(network_of(sizes, scopes), data.draw(st.permutations(range(len(sizes)))))
    tree = junction_tree_of(arrays, sizes)
    assert tree.n_states == tuple(sizes)
    assert [list(clique.variables) for clique in tree.cliques] == runs(arrays.scope_start, arrays.scope)
    assert [clique.parent for clique in tree.cliques] == arrays.parent.tolist()
    assert [len(clique.separator) for clique in tree.cliques] == arrays.n_shared.tolist()
    assert [list(children) for children in tree.children] == runs(arrays.child_start, arrays.children)
    assert [tree.size(clique.variables) for clique in tree.cliques] == [
        int(end - start) for start, end in zip(arrays.table_start, arrays.table_start[1:], strict=False)
    ]
    assert has_running_intersection(tree)


@given(planned())
def test_every_scope_lies_in_the_smallest_clique_that_holds_it(drawn: Planned) -> None:
    _, scopes, tree = drawn
    for scope in scopes:
        found = tree.smallest_clique_with(scope)
        fitting = [c for c in tree.cliques if set(scope) <= set(c.variables)]
        assert found is not None
        assert set(scope) <= set(tree.cliques[found].variables)
        if scope:
            assert tree.size(tree.cliques[found].variables) == min(tree.size(c.variables) for c in fitting)


@given(planned())
def test_a_separator_leads_and_is_what_the_parent_shares(drawn: Planned) -> None:
    _, _, tree = drawn
    for clique in tree.cliques:
        above = tree.cliques[clique.parent].variables if clique.parent >= 0 else ()
        assert clique.variables == clique.separator + clique.residual
        assert set(clique.separator) == set(clique.variables) & set(above)


@given(planned())
def test_variables_know_their_cliques(drawn: Planned) -> None:
    sizes, _, tree = drawn
    for v in range(len(sizes)):
        assert tree.cliques_of[v] == [i for i, clique in enumerate(tree.cliques) if v in clique.variables]
        assert v in tree.cliques[tree.home[v]].residual


@settings(max_examples=50)
@given(planned(), st.data())
def test_a_scope_in_no_clique_is_not_found(drawn: Planned, data: st.DataObject) -> None:
    sizes, _, tree = drawn
    scope = data.draw(st.lists(st.integers(0, len(sizes) - 1), unique=True))
    is_held = any(set(scope) <= set(clique.variables) for clique in tree.cliques)
    assert (tree.smallest_clique_with(scope) is not None) == is_held


# --- by hand -----------------------------------------------------------------------------------------------


def test_a_chain() -> None:
    """Taking 0, 1, 2, 3 out of 0 – 1 – 2 – 3: the cliques {0, 1}, {1, 2} and {2, 3}, joined by 1 and 2."""
    tree = read([2, 3, 4, 5], [(0, 1), (1, 2), (2, 3)], [0, 1, 2, 3])
    assert tree.cliques == (Clique((1, 0), 1, 1), Clique((2, 1), 1, 2), Clique((3, 2), 0, -1))
    assert tree.children == ((), (0,), (1,))
    assert tree.home == {0: 0, 1: 1, 2: 2, 3: 2}
    assert [tree.size(clique.variables) for clique in tree.cliques] == [6, 12, 20]
    assert tree.smallest_clique_with((1,)) == 0
    assert tree.smallest_clique_with((2, 1)) == 1
    assert tree.smallest_clique_with((0, 3)) is None
    assert tree.smallest_clique_with(()) == 0


def test_without_variables_one_empty_clique_holds_the_constants() -> None:
    tree = read([], [()], [])
    assert tree.cliques == (Clique((), 0, -1),)
    assert tree.smallest_clique_with(()) == 0
    assert tree.size(()) == 1
    assert has_running_intersection(tree)


# --- broken trees ------------------------------------------------------------------------------------------

SOUND = JunctionTree((2, 2, 2, 2), (Clique((1, 0), 1, 1), Clique((2, 1), 1, 2), Clique((3, 2), 0, -1)))


def test_the_tree_to_be_broken_is_sound() -> None:
    assert has_running_intersection(SOUND)


@pytest.mark.parametrize(
    ("i", "clique"),
    [
        pytest.param(0, Clique((1, 0), 1, 2), id="hung on a clique without its separator"),
        pytest.param(0, Clique((1, 0), 1, 0), id="its own parent"),
        pytest.param(1, Clique((2, 1), 1, 0), id="parent before child"),
        pytest.param(0, Clique((1, 0), 0, -1), id="cut off, so that 1 is residual twice"),
        pytest.param(0, Clique((1, 0), 2, 1), id="0 is residual nowhere"),
        pytest.param(0, Clique((3, 1, 0), 2, 1), id="3 skips the clique between"),
        pytest.param(2, Clique((3,), 0, -1), id="2 is missing above"),
        pytest.param(2, Clique((3, 2, 0), 0, -1), id="0 comes back at the root"),
        pytest.param(2, Clique((3, 2, 2), 0, -1), id="2 twice in one clique"),
    ],
)
def test_a_broken_tree_is_detected(i: int, clique: Clique) -> None:
    cliques = (*SOUND.cliques[:i], clique, *SOUND.cliques[i + 1 :])
    assert not has_running_intersection(dataclasses.replace(SOUND, cliques=cliques))


@settings(max_examples=50)
@given(planned(), st.data())
def test_losing_a_shared_variable_is_detected(drawn: Planned, data: st.DataObject) -> None:
    """Take a separator's variable out of the parent clique."""
    _, _, tree = drawn
    shared = [(clique.parent, v) for clique in tree.cliques for v in clique.separator]
    if not shared:
        return
    i, lost = data.draw(st.sampled_from(shared))
    parent = tree.cliques[i]
    variables = tuple(v for v in parent.variables if v != lost)
    n_shared = sum(v != lost for v in parent.separator)
    broken = (*tree.cliques[:i], Clique(variables, n_shared, parent.parent), *tree.cliques[i + 1 :])
    assert not has_running_intersection(JunctionTree(tree.n_states, broken))
