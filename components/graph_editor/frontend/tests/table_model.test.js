import assert from "node:assert/strict";
import { test } from "node:test";

import {
  editedRow, filled, flat, labelSpans, mapRows, nested, normalised, numberText, parseNumber, placeOf, rowOf,
  rowStates, sumsToOne, tableLayout, withRow,
} from "../panels/table_model.js";
import { truthTable } from "../panels/truth_table.js";

const axis = (id, ...states) => ({ id, label: id, states });
const A = axis("a", "no", "yes");
const B = axis("b", "low", "mid", "high");
const C = axis("c", "no", "yes");

test("a child that is last stands across, its parents down", () => {
  const layout = tableLayout([A, B, C], 2);
  assert.deepEqual([layout.rows, layout.columns, layout.down], [6, 2, [0, 1]]);
  assert.deepEqual(rowStates(layout, 4), [1, 1]);
  assert.deepEqual(labelSpans(layout), [3, 1]);
});

test("a child that is not last is turned for display and back", () => {
  const values = flat([[1, 2, 3], [4, 5, 6]]);
  const layout = tableLayout([A, B], 0);
  assert.deepEqual(rowOf(layout, values, 2), [3, 6]);
  assert.equal(placeOf(layout, 1, 1), 4);
  assert.deepEqual(withRow(layout, values, 0, [9, 8]), [9, 2, 3, 8, 5, 6]);
});

test("a middle child keeps the order of its parents", () => {
  const values = Array.from({ length: 12 }, (_, i) => i);
  const layout = tableLayout([A, B, C], 1);
  assert.deepEqual(rowStates(layout, 1), [0, 1]);
  assert.deepEqual(rowOf(layout, values, 1), [1, 3, 5]);
  assert.deepEqual(rowOf(layout, values, 2), [6, 8, 10]);
});

test("a factor over nothing is one cell, one over one variable a single row", () => {
  const empty = tableLayout([], null);
  assert.deepEqual([empty.rows, empty.columns, rowOf(empty, flat(3), 0)], [1, 1, [3]]);
  assert.equal(nested([3], []), 3);
  const single = tableLayout([B], 0);
  assert.deepEqual([single.rows, single.columns], [1, 3]);
});

test("nesting is undone by flattening", () => {
  const values = Array.from({ length: 12 }, (_, i) => i);
  const lists = nested(values, [2, 3, 2]);
  assert.deepEqual(lists[1][2], [10, 11]);
  assert.deepEqual(flat(lists), values);
});

test("rows are normalised, empty ones become uniform, complete ones stay", () => {
  assert.deepEqual(normalised([1, 3]), [0.25, 0.75]);
  assert.deepEqual(normalised([0, 0, 0, 0]), [0.25, 0.25, 0.25, 0.25]);
  assert.deepEqual(normalised([0.1, 0.9]), [0.1, 0.9]);
  assert.deepEqual(mapRows(tableLayout([A, C], 1), [1, 1, 2, 6], normalised), [0.5, 0.5, 0.25, 0.75]);
});

test("sums within the model's tolerance count as one", () => {
  assert.ok(sumsToOne([0.1, 0.2, 0.7]));
  assert.ok(sumsToOne([0.333333, 0.333333, 0.333334]));
  assert.ok(!sumsToOne([0.5, 0.4]));
});

test("what is missing goes to the empty cells, else to the last, never to the cell just typed", () => {
  assert.deepEqual(filled([0.5, 0, 0], 0), [0.5, 0.25, 0.25]);
  assert.deepEqual(filled([0.5, 0.2, 0.2], 0), [0.5, 0.2, 0.3]);
  assert.deepEqual(filled([0.5, 0.2, 0.2], 2), [0.5, 0.3, 0.2]);
  assert.deepEqual(filled([0.9, 0], null), [0.9, 0.1]);
  assert.equal(filled([0.5, 0.5], 0), null);
  assert.equal(filled([0.9, 0.9], 0), null);
});

test("the other of two cells follows in a complete conditional row only", () => {
  assert.deepEqual(editedRow([0.5, 0.5], 0, 0.9, true), [0.9, 0.1]);
  assert.deepEqual(editedRow([0.5, 0.4], 0, 0.9, true), [0.9, 0.4]);
  assert.deepEqual(editedRow([0.5, 0.5], 0, 0.9, false), [0.9, 0.5]);
  assert.deepEqual(editedRow([0.5, 0.2, 0.3], 0, 0.6, true), [0.6, 0.2, 0.3]);
});

test("numbers are read as people write them", () => {
  const readings = {
    "0.25": 0.25, "0,25": 0.25, "25%": 0.25, "12,5 %": 0.125, "1/4": 0.25, ".5": 0.5, "1e-3": 0.001, "-0": 0,
  };
  for (const [text, value] of Object.entries(readings)) assert.deepEqual(parseNumber(text, true), { value }, text);
});

test("what is no probability is refused in words", () => {
  const wrong = ["", "abc", "1/0", "0/0", "-0.1", "−1", "NaN", "Infinity", "1,000.5", "1e999", "2", "0x1"];
  for (const text of wrong) {
    assert.match(parseNumber(text, true).message ?? "", /\w+/, text);
  }
  assert.deepEqual(parseNumber("25", false), { value: 25 });
  assert.match(parseNumber("25", true).message, /25%/);
});

test("numbers are shown short", () => {
  assert.deepEqual([1 / 3, 0.1 + 0.2, 1, 0, 1e-9].map(numberText), ["0.333333", "0.3", "1", "0", "1e-9"]);
});

const near = (found, wanted) => found.forEach((value, i) => {
  assert.ok(Math.abs(value - wanted[i]) < 1e-12, `${found}`);
});

test("noisy gates as tables", () => {
  const scope = [A, axis("p", "no", "yes"), C];
  const table = (kind, leak) => truthTable(kind, scope, 2, { probabilities: [0.9, 0.9], leak });
  const chances = (kind, leak) => table(kind, leak).filter((_, i) => i % 2);
  near(chances("noisy_or", 0), [0, 0.9, 0.9, 0.99]);
  near(chances("noisy_or", 0.5), [0.5, 0.95, 0.95, 0.995]);
  near(chances("noisy_and", 0), [0.01, 0.1, 0.1, 1]);
  near(chances("noisy_and", 0.5), [0.005, 0.05, 0.05, 0.5]);
});

test("gates as tables, wherever the child stands", () => {
  const three = [A, axis("p", "no", "yes"), C];
  const ones = (kind) => truthTable(kind, three, 2, {}).filter((_, i) => i % 2);
  assert.deepEqual(ones("all_true"), [0, 0, 0, 1]);
  assert.deepEqual(ones("any_true"), [0, 1, 1, 1]);
  assert.deepEqual(ones("xor"), [0, 1, 1, 0]);
  assert.deepEqual(ones("equal"), [1, 0, 0, 1]);
  assert.deepEqual(truthTable("not", [A, C], 1, {}), [0, 1, 1, 0]);
  assert.deepEqual(truthTable("any_true", three, 0, {}), [1, 0, 0, 0, 0, 1, 1, 1]);
  assert.deepEqual(truthTable("count_true", [A, C, B], 2, {}), [1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1]);
});

test("a noisy copy with one flip, and with one per parent state", () => {
  const copied = truthTable("add_noise", [B, axis("d", "x", "y", "z")], 1, { flip: 0.2 });
  near(copied, [0.8, 0.1, 0.1, 0.1, 0.8, 0.1, 0.1, 0.1, 0.8]);
  near(truthTable("add_noise", [A, C], 1, { flip: [0.2, 0.1] }), [0.8, 0.2, 0.1, 0.9]);
  near(truthTable("add_noise", [C, A], 0, { flip: [0.2, 0.1] }), [0.8, 0.1, 0.2, 0.9]);
});
