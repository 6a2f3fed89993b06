"""A junction tree as a program: a flat list of instructions on one buffer, and nothing but integers.

The buffer holds, one after another, the tables of all cliques, the messages up, the messages down, the columns
(as long as the longest row of a table) and, where tables are kept between questions, a spare table as large as
the largest.

A message over a separator meets the table of the parent clique, where the separator's variables stand among
others. The parent's innermost variables that are all in the separator, or all not, form a contiguous *run*; the
remaining ones give two lists of offsets into the table, one over the separator's states (`kept`) and one over
the others' (`dropped`). So the inner loops only add. An executor that works on whole arrays finds the same as
loops (size, is kept), outermost first.

Instructions, each a code and its operands, `*` for repetition:

    ONES      start end                                     table = 1
    FILL      start end is_first value n_sliced (variable stride)* n_loops (size stride)*
                                                            table = or *= a table of the network at the observed
                                                            states
    WRITE     start message kept n_kept dropped n_dropped run run_is_kept n_loops (size is_kept)*
                                                            table = message
    MULTIPLY  the same                                      table *= message
    WEIGH     start end variable n_states n_inner           table *= weights of evidence, if there are any
    SEND      start n_rows length message clique            message = Σ of each row, scaled
    SCALE     start n_rows length message target            target = table · message, row by row;
                                                            columns = Σ over rows
    SUM       start n_rows length message                   columns = Σ over rows of table · message
    READ      variable n_states n_inner                     belief of a variable = Σ of columns over the others,
                                                            which are summed over it
    SPREAD    like WRITE                                    message = Σ table over what is dropped
    JOIN      target message size is_first                  target = or *= message
    SHARE     target message up size                        target = message / up, scaled

Children with the same separator (the many effects of one cause) have their messages joined before they meet the
table, and share one sum on the way down.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mbml_core.kernels.arrays import TableArrays
from mbml_core.kernels.kernel import Flags, Ints, Offsets, inlined_kernel, kernel, lean_kernel
from mbml_core.kernels.tree import Tree

ONES, FILL, WRITE, MULTIPLY, WEIGH, SEND, SCALE, SUM, READ, SPREAD, JOIN, SHARE = range(12)

LOOK_BACK = 16
"""Siblings that a clique's separator is compared with; where many are alike, they are found one from the other."""

TABLES, UP, DOWN, COLUMNS, SPARE, END = range(6)
"""Entries of `Program.sections`."""


class Program(NamedTuple):
    """What to run for one question.

    Attributes:
        code: the instructions.
        collect_start: (C + 1,) those of the upward pass for clique i begin at code[collect_start[i]]; children
            come before parents.
        distribute_start: (C + 1,) those of the downward pass; to be run from the last clique to the first.
        parent: (C,) −1 for a root.
        offsets: what `kept` and `dropped` point to.
        sections: where the parts of the buffer begin, and its length.
    """

    code: Ints
    collect_start: Ints
    distribute_start: Ints
    parent: Ints
    offsets: Offsets
    sections: Ints


class Separators(NamedTuple):
    """How the separator of each clique lies in its parent's table; see above."""

    kept: Ints
    n_kept: Ints
    dropped: Ints
    n_dropped: Ints
    run: Ints
    run_is_kept: Ints
    offsets: Offsets


class Alike(NamedTuple):
    """Which children of a clique have the same separator.

    Attributes:
        is_first: (C,) whether none before it has.
        following: (C,) the next one that has, −1 where there is none.
    """

    is_first: Flags
    following: Ints


@kernel
def assemble(tree: Tree, network: TableArrays, keeps_tables: bool, with_offsets: bool) -> Program:
    """The program of a tree over a network.

    With `keeps_tables` the downward pass leaves the tables as the upward pass made them, so that the next question
    need only renew those that change. Executors that work on whole arrays need no offsets.
    """
    n_cliques = tree.parent.shape[0]
    sections = _sections(tree, keeps_tables)
    separators = _separators(tree, network, with_offsets)
    alike = Alike(np.ones(n_cliques, np.bool_), np.full(n_cliques, -1, np.int64))
    _find_alike(tree, alike)
    code = np.empty(_most_words(tree, network), np.int64)
    collect_start = np.zeros(n_cliques + 1, np.int64)
    distribute_start = np.zeros(n_cliques + 1, np.int64)
    in_separator = np.full(network.n_states.shape[0], -1, np.int64)
    stride_of = np.zeros(network.n_states.shape[0], np.int64)
    end = 0
    for i in range(n_cliques):
        collect_start[i] = end
        end = _collect(code, end, i, tree, network, separators, alike, sections, in_separator, stride_of)
    collect_start[n_cliques] = end
    for i in range(n_cliques):
        distribute_start[i] = end
        end = _distribute(code, end, i, tree, network, separators, alike, sections, in_separator)
    distribute_start[n_cliques] = end
    return Program(code[:end].copy(), collect_start, distribute_start, tree.parent, separators.offsets, sections)


@kernel
def _sections(tree: Tree, keeps_tables: bool) -> Ints:
    longest, largest = 0, 0
    for i in range(tree.parent.shape[0]):
        longest = max(longest, tree.row_length[i])
        largest = max(largest, tree.table_start[i + 1] - tree.table_start[i])
    sections = np.zeros(6, np.int64)
    sections[UP] = tree.table_start[-1]
    sections[DOWN] = sections[UP] + tree.message_start[-1]
    sections[COLUMNS] = sections[DOWN] + tree.message_start[-1]
    sections[SPARE] = sections[COLUMNS] + longest
    sections[END] = sections[SPARE] + (largest if keeps_tables else 0)
    return sections


@lean_kernel
def _most_words(tree: Tree, network: TableArrays) -> int:
    """No fewer words than the program will have."""
    n_words = 0
    for i in range(tree.parent.shape[0]):
        n_variables = tree.scope_start[i + 1] - tree.scope_start[i]
        n_children = tree.child_start[i + 1] - tree.child_start[i]
        n_words += 16 + 10 * n_variables + n_children * (30 + 4 * n_variables)
        for f in range(tree.factor_start[i], tree.factor_start[i + 1]):
            table = tree.factors[f]
            n_axes = network.scope_start[table + 1] - network.scope_start[table]
            n_words += 7 + 2 * n_axes + 2 * n_variables
    return n_words


@inlined_kernel
def _emit(code: Ints, end: int, words: tuple[int, ...]) -> int:
    for word in words:
        code[end] = word
        end += 1
    return end


@lean_kernel
def _collect(code: Ints, end: int, i: int, tree: Tree, network: TableArrays, separators: Separators,
             alike: Alike, sections: Ints, in_separator: Ints, stride_of: Ints) -> int:  # fmt: skip
    """Instructions of clique i's part of the upward pass."""
    start, stop = tree.table_start[i], tree.table_start[i + 1]
    is_empty = True
    for f in range(tree.factor_start[i], tree.factor_start[i + 1]):
        end = _fill(code, end, i, tree.factors[f], is_empty, tree, network, stride_of)
        is_empty = False
    for k in range(tree.child_start[i], tree.child_start[i + 1]):
        c = tree.children[k]
        if not alike.is_first[c]:
            continue
        message = sections[UP] + tree.message_start[c]
        if alike.following[c] >= 0:
            end, message = _join(code, end, c, tree, alike, sections)
        end = _emit(code, end, (WRITE if is_empty else MULTIPLY, start, message))
        end = _separator(code, end, c, i, tree, network, separators, in_separator)
        is_empty = False
    if is_empty:
        end = _emit(code, end, (ONES, start, stop))
    inner = 1
    for at in range(tree.scope_start[i + 1] - 1, tree.scope_start[i] + tree.n_shared[i] - 1, -1):
        n = network.n_states[tree.scope[at]]
        end = _emit(code, end, (WEIGH, start, stop, tree.scope[at], n, inner))
        inner *= n
    n_rows = tree.message_start[i + 1] - tree.message_start[i]
    message = sections[UP] + tree.message_start[i]
    return _emit(code, end, (SEND, start, n_rows, tree.row_length[i], message, i))


@lean_kernel
def _fill(code: Ints, end: int, i: int, table: int, is_first: bool, tree: Tree, network: TableArrays,
          stride_of: Ints) -> int:  # fmt: skip
    """A table of the network into clique i: neighbouring loops are merged where one stride serves both."""
    end = _emit(code, end, (FILL, tree.table_start[i], tree.table_start[i + 1], int(is_first)))
    end = _emit(code, end, (network.value_start[table], 0))
    counter = end - 1
    for k in range(network.scope_start[table], network.scope_start[table + 1]):
        stride_of[network.scope[k]] = network.stride[k]
    n_found = 0
    for at in range(tree.scope_start[i], tree.scope_start[i + 1]):
        n_found += 1 if stride_of[tree.scope[at]] > 0 else 0
    if n_found < network.scope_start[table + 1] - network.scope_start[table]:
        end = _sliced(code, end, i, table, tree, network, stride_of)
        code[counter] = (end - counter - 1) // 2
    counter = end
    end += 1
    for at in range(tree.scope_start[i], tree.scope_start[i + 1]):
        n, stride = network.n_states[tree.scope[at]], stride_of[tree.scope[at]]
        if end > counter + 1 and code[end - 1] == stride * n:
            code[end - 2] *= n
            code[end - 1] = stride
        else:
            end = _emit(code, end, (n, stride))
    code[counter] = (end - counter - 1) // 2
    for k in range(network.scope_start[table], network.scope_start[table + 1]):
        stride_of[network.scope[k]] = 0
    return end


@lean_kernel
def _sliced(code: Ints, end: int, i: int, table: int, tree: Tree, network: TableArrays, stride_of: Ints) -> int:
    """The variables of a table that clique i does not have: they are observed."""
    for at in range(tree.scope_start[i], tree.scope_start[i + 1]):
        stride_of[tree.scope[at]] = -stride_of[tree.scope[at]]
    for k in range(network.scope_start[table], network.scope_start[table + 1]):
        if stride_of[network.scope[k]] > 0:
            end = _emit(code, end, (network.scope[k], network.stride[k]))
    for at in range(tree.scope_start[i], tree.scope_start[i + 1]):
        stride_of[tree.scope[at]] = -stride_of[tree.scope[at]]
    return end


@lean_kernel
def _separator(code: Ints, end: int, child: int, parent: int, tree: Tree, network: TableArrays,
               separators: Separators, in_separator: Ints) -> int:  # fmt: skip
    """Operands that say how a child's separator lies in its parent's table."""
    end = _emit(code, end, (separators.kept[child], separators.n_kept[child], separators.dropped[child],
                            separators.n_dropped[child], separators.run[child],
                            separators.run_is_kept[child], 0))  # fmt: skip
    counter = end - 1
    _mark(tree, child, in_separator)
    for at in range(tree.scope_start[parent], tree.scope_start[parent + 1]):
        n, is_kept = network.n_states[tree.scope[at]], int(in_separator[tree.scope[at]] == child)
        if end > counter + 1 and code[end - 1] == is_kept:
            code[end - 2] *= n
        else:
            end = _emit(code, end, (n, is_kept))
    code[counter] = (end - counter - 1) // 2
    return end


@lean_kernel
def _distribute(code: Ints, end: int, i: int, tree: Tree, network: TableArrays, separators: Separators,
             alike: Alike, sections: Ints, in_separator: Ints) -> int:  # fmt: skip
    """Instructions of clique i's part of the downward pass."""
    start, length = tree.table_start[i], tree.row_length[i]
    n_rows = tree.message_start[i + 1] - tree.message_start[i]
    message = sections[DOWN] + tree.message_start[i]
    target = sections[SPARE] if sections[END] > sections[SPARE] else start
    if tree.child_start[i] == tree.child_start[i + 1]:
        end = _emit(code, end, (SUM, start, n_rows, length, message))
    else:
        end = _emit(code, end, (SCALE, start, n_rows, length, message, target))
    inner = length
    for at in range(tree.scope_start[i] + tree.n_shared[i], tree.scope_start[i + 1]):
        n = network.n_states[tree.scope[at]]
        inner //= n
        end = _emit(code, end, (READ, tree.scope[at], n, inner))
    for k in range(tree.child_start[i], tree.child_start[i + 1]):
        c = tree.children[k]
        if alike.is_first[c]:
            end = _emit(code, end, (SPREAD, target, sections[DOWN] + tree.message_start[c]))
            end = _separator(code, end, c, i, tree, network, separators, in_separator)
            end = _share(code, end, c, tree, alike, sections)
    return end


@lean_kernel
def _join(code: Ints, end: int, first: int, tree: Tree, alike: Alike, sections: Ints) -> tuple[int, int]:
    """The product of the messages of alike children, in the place of the first one's message down, which is
    free.
    """
    target = sections[DOWN] + tree.message_start[first]
    size = tree.message_start[first + 1] - tree.message_start[first]
    c = first
    while c >= 0:
        end = _emit(code, end, (JOIN, target, sections[UP] + tree.message_start[c], size, int(c == first)))
        c = alike.following[c]
    return end, target


@lean_kernel
def _share(code: Ints, end: int, first: int, tree: Tree, alike: Alike, sections: Ints) -> int:
    """Messages to alike children from the sum that lies in the place of the first one's, which therefore comes
    last.
    """
    of = sections[DOWN] + tree.message_start[first]
    size = tree.message_start[first + 1] - tree.message_start[first]
    c = alike.following[first]
    while c >= 0:
        start = tree.message_start[c]
        end = _emit(code, end, (SHARE, sections[DOWN] + start, of, sections[UP] + start, size))
        c = alike.following[c]
    return _emit(code, end, (SHARE, of, of, sections[UP] + tree.message_start[first], size))


@lean_kernel
def _find_alike(tree: Tree, alike: Alike) -> None:
    for i in range(tree.parent.shape[0]):
        first = tree.child_start[i]
        for k in range(first + 1, tree.child_start[i + 1]):
            for back in range(k - 1, max(first, k - LOOK_BACK) - 1, -1):
                if _is_same_separator(tree, tree.children[back], tree.children[k]):
                    alike.is_first[tree.children[k]] = False
                    alike.following[tree.children[back]] = tree.children[k]
                    break


@lean_kernel
def _is_same_separator(tree: Tree, left: int, right: int) -> bool:
    if tree.n_shared[left] != tree.n_shared[right]:
        return False
    for at in range(tree.n_shared[left]):
        if tree.scope[tree.scope_start[left] + at] != tree.scope[tree.scope_start[right] + at]:
            return False
    return True


@kernel
def _separators(tree: Tree, network: TableArrays, with_offsets: bool) -> Separators:
    """Runs and offsets of every separator in its parent."""
    n_cliques = tree.parent.shape[0]
    kept, n_kept = np.zeros(n_cliques, np.int64), np.ones(n_cliques, np.int64)
    dropped, n_dropped = np.zeros(n_cliques, np.int64), np.ones(n_cliques, np.int64)
    run, run_is_kept = np.ones(n_cliques, np.int64), np.zeros(n_cliques, np.int64)
    outer = np.zeros(n_cliques, np.int64)
    in_separator = np.full(network.n_states.shape[0], -1, np.int64)
    n_offsets = 0
    for i in range(n_cliques):
        p = tree.parent[i]
        if p < 0:
            continue
        _mark(tree, i, in_separator)
        first, at = tree.scope_start[p], tree.scope_start[p + 1]
        is_kept = at > first and in_separator[tree.scope[at - 1]] == i
        while at > first and (in_separator[tree.scope[at - 1]] == i) == is_kept:
            at -= 1
            run[i] *= network.n_states[tree.scope[at]]
        outer[i], run_is_kept[i] = at, int(is_kept)
        for k in range(first, at):
            if in_separator[tree.scope[k]] == i:
                n_kept[i] *= network.n_states[tree.scope[k]]
            else:
                n_dropped[i] *= network.n_states[tree.scope[k]]
        kept[i], dropped[i] = n_offsets, n_offsets + n_kept[i]
        n_offsets += n_kept[i] + n_dropped[i]
    offsets = np.zeros(n_offsets if with_offsets else 0, np.uint32)
    for i in range(n_cliques):
        if with_offsets and tree.parent[i] >= 0:
            _mark(tree, i, in_separator)
            _offsets(i, outer[i], run[i], kept[i], dropped[i], tree, network, in_separator, offsets)
    return Separators(kept, n_kept, dropped, n_dropped, run, run_is_kept, offsets)


@lean_kernel
def _mark(tree: Tree, i: int, in_separator: Ints) -> None:
    for at in range(tree.scope_start[i], tree.scope_start[i] + tree.n_shared[i]):
        in_separator[tree.scope[at]] = i


@lean_kernel
def _offsets(i: int, outer: int, run: int, kept: int, dropped: int, tree: Tree, network: TableArrays,
             in_separator: Ints, offsets: Offsets) -> None:  # fmt: skip
    """Innermost variable first: each one repeats what is there already, shifted by its stride."""
    stride, kept_done, dropped_done = run, 1, 1
    for at in range(outer - 1, tree.scope_start[tree.parent[i]] - 1, -1):
        n = network.n_states[tree.scope[at]]
        if in_separator[tree.scope[at]] == i:
            _repeat(offsets, kept, kept_done, n, stride)
            kept_done *= n
        else:
            _repeat(offsets, dropped, dropped_done, n, stride)
            dropped_done *= n
        stride *= n


@lean_kernel
def _repeat(offsets: Offsets, start: int, done: int, n: int, stride: int) -> None:
    for state in range(1, n):
        for k in range(done):
            offsets[start + state * done + k] = offsets[start + k] + np.uint32(state * stride)
