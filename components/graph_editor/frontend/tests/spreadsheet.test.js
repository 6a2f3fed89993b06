import assert from "node:assert/strict";
import { test } from "node:test";

import { pastePlan, rectangleOf } from "../panels/spreadsheet.js";
import { tableLayout } from "../panels/table_model.js";

const axis = (id, ...states) => ({ id, label: id, states });
const LAYOUT = tableLayout([axis("rain", "no", "yes"), axis("wet", "dry", "wet")], 1);
const BITS = tableLayout([axis("a", "0", "1"), axis("b", "0", "1")], 1);
const FIRST = { row: 0, column: 0 };
const WHOLE = [[0, 0, 0.9], [0, 1, 0.1], [1, 0, 0.2], [1, 1, 0.8]];

const cells = (plan) => plan.cells?.map(({ row, column, value }) => [row, column, value]) ?? plan.message;

test("tabs, semicolons, commas and blanks separate", () => {
  const texts = [
    "0.9\t0.1\n0.2\t0.8\n", "0,9;0,1\r\n0,2;0,8", "0.9,0.1\n0.2,0.8", "0.9 0.1\n0.2 0.8", "0,9\t10%\n1/5\t0,8",
  ];
  for (const text of texts) {
    assert.deepEqual(cells(pastePlan(LAYOUT, text, FIRST)), WHOLE, text);
  }
});

test("a single decimal comma is one number", () => {
  assert.deepEqual(rectangleOf("0,25"), [["0,25"]]);
  assert.deepEqual(rectangleOf("0,25 0,75"), [["0,25", "0,75"]]);
  assert.deepEqual(rectangleOf("1, 0"), [["1", "0"]]);
});

test("a header row and label columns are left out", () => {
  assert.deepEqual(cells(pastePlan(LAYOUT, "rain\tdry\twet\nno\t0.9\t0.1\nyes\t0.2\t0.8", FIRST)), WHOLE);
  assert.deepEqual(cells(pastePlan(LAYOUT, "dry\twet\n0.9\t0.1\n0.2\t0.8", FIRST)), WHOLE);
  assert.deepEqual(cells(pastePlan(LAYOUT, "no\t0.9\t0.1\nyes\t0.2\t0.8", FIRST)), WHOLE);
});

test("state names that are numbers are labels, not values", () => {
  assert.deepEqual(cells(pastePlan(BITS, "\t0\t1\n0\t0.9\t0.1\n1\t0.2\t0.8", FIRST)), WHOLE);
  assert.deepEqual(cells(pastePlan(BITS, "0\t1\n0.9\t0.1\n0.2\t0.8", FIRST)), WHOLE);
});

test("a whole table fills from its first cell, a part from the focused one", () => {
  const last = { row: 1, column: 1 };
  assert.deepEqual(cells(pastePlan(LAYOUT, "0.9\t0.1\n0.2\t0.8", last)), WHOLE);
  assert.deepEqual(cells(pastePlan(LAYOUT, "0.4", last)), [[1, 1, 0.4]]);
});

test("what does not fit is refused with both sizes", () => {
  assert.match(pastePlan(LAYOUT, "0.1\t0.2\t0.7", FIRST).message, /1 row × 3 columns.*2 rows × 2 columns/);
  const second = { row: 0, column: 1 };
  assert.match(pastePlan(LAYOUT, "0.1\t0.9", second).message, /1 row × 2 columns.*2 rows × 1 column/);
  assert.match(pastePlan(LAYOUT, "0.1\t0.9\n0.2", FIRST).message, /differ in length/);
  assert.match(pastePlan(LAYOUT, "  \n", FIRST).message, /nothing/);
});

test("a cell that is no probability is named", () => {
  assert.match(pastePlan(LAYOUT, "0.9\t0.1\n-1\t0.8", FIRST).message, /row 2, column 1.*“-1”.*zero/);
});
