/** The belief table: its rows, their order, the filter, and which changes are read out. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { beliefRows, biggestChanges, matchingRows, sortedRows } from "../panels/belief_rows.js";

const variable = (id, name, ...states) => [id, { id, name, states }];
const DRAWING = {
  variables: new Map([
    variable("wet", "Wet grass", "no", "yes"),
    variable("__proto__", "", "dry", "damp", "soaked"),
    variable("rain", "Rain", "no", "yes"),
  ]),
};
const SECTIONS = {
  beliefs: { values: [["rain", [0.25, 0.75]], ["wet", [0.5, 0.5]]] },
  prior: [["wet", [0.75, 0.25]], ["__proto__", [0.2, 0.3, 0.5]]],
};
const ROWS = beliefRows(DRAWING, SECTIONS);

const named = (rows) => rows.map(({ id, state }) => `${id} ${state}`);
const sorted = (column, direction) => named(sortedRows(ROWS, { column, direction }));
const changes = (before, after, most = 9) => biggestChanges(DRAWING, before, after, most);

test("one row per state, in the order of the drawing, with the id where there is no name", () => {
  assert.deepEqual(named(ROWS), [
    "wet no", "wet yes", "__proto__ dry", "__proto__ damp", "__proto__ soaked", "rain no", "rain yes",
  ]);
  assert.deepEqual(ROWS.map((row) => row.index), [0, 1, 0, 1, 2, 0, 1]);
  assert.equal(ROWS[0].variable, "Wet grass");
  assert.equal(ROWS[2].variable, "__proto__");
});

test("a change is the belief less the prior, and unknown where one of them is", () => {
  const numbers = ({ belief, prior, change }) => [belief, prior, change];
  assert.deepEqual(numbers(ROWS[1]), [0.5, 0.25, 0.25]);
  assert.deepEqual(numbers(ROWS[4]), [null, 0.5, null]);
  assert.deepEqual(numbers(ROWS[6]), [0.75, null, null]);
});

test("before anything is computed there are rows without numbers", () => {
  const rows = beliefRows(DRAWING, {});
  assert.equal(rows.length, 7);
  assert.ok(rows.every(({ belief, prior, change }) => belief === null && prior === null && change === null));
});

test("numbers sort both ways, equal ones keep their order, unknown ones come last", () => {
  const unknown = ["__proto__ dry", "__proto__ damp", "__proto__ soaked"];
  assert.deepEqual(sorted("belief", "ascending"), ["rain no", "wet no", "wet yes", "rain yes", ...unknown]);
  assert.deepEqual(sorted("belief", "descending"), ["rain yes", "wet no", "wet yes", "rain no", ...unknown]);
});

test("names sort both ways", () => {
  const nameless = ["__proto__ dry", "__proto__ damp", "__proto__ soaked"];
  const [rain, wet] = [["rain no", "rain yes"], ["wet no", "wet yes"]];
  assert.deepEqual(sorted("variable", "ascending"), [...nameless, ...rain, ...wet]);
  assert.deepEqual(sorted("variable", "descending"), [...wet, ...rain, ...nameless]);
});

test("without a wish the rows stay, and sorting leaves the list it was given alone", () => {
  const before = named(ROWS);
  assert.deepEqual(named(sortedRows(ROWS, null)), before);
  sortedRows(ROWS, { column: "belief", direction: "descending" });
  assert.deepEqual(named(ROWS), before);
});

test("words are looked for in variables and states, whatever their case and the blanks around them", () => {
  assert.deepEqual(named(matchingRows(ROWS, "  RAIN ")), ["rain no", "rain yes"]);
  assert.deepEqual(named(matchingRows(ROWS, "soak")), ["__proto__ soaked"]);
  assert.deepEqual(named(matchingRows(ROWS, "grass yes")), ["wet yes"]);
  assert.deepEqual(matchingRows(ROWS, "snow"), []);
  assert.equal(matchingRows(ROWS, " ").length, ROWS.length);
});

test("the largest moves come first, one for each variable, as many as are asked for", () => {
  const before = [["rain", [0.5, 0.5]], ["wet", [0.5, 0.5]], ["__proto__", [0.2, 0.3, 0.5]]];
  const after = [["rain", [0.4, 0.6]], ["wet", [0.9, 0.1]], ["__proto__", [0.4, 0.3, 0.3]]];
  const [wet, nameless, rain] = [
    "Wet grass: yes fell from 50 % to 10 %", "__proto__: soaked fell from 50 % to 30 %",
    "Rain: yes rose from 50 % to 60 %",
  ];
  assert.deepEqual(changes(before, after), [wet, nameless, rain]);
  assert.deepEqual(changes(before, after, 1), [wet]);
});

test("moves too small to be heard are not told", () => {
  assert.deepEqual(changes([["rain", [0.5, 0.5]]], [["rain", [0.496, 0.504]]]), []);
  assert.equal(changes([["rain", [0.5, 0.5]]], [["rain", [0.494, 0.506]]]).length, 1);
});

test("beliefs that cannot be compared are passed over", () => {
  assert.deepEqual(changes([], [["rain", [0, 1]]]), []);
  assert.deepEqual(changes([["gone", [1, 0]]], [["gone", [0, 1]]]), []);
  assert.deepEqual(changes([["rain", [1, 0, 0]]], [["rain", [0, 1]]]), []);
  assert.deepEqual(changes([["rain", [1, 0, 0]]], [["rain", [0, 0, 1]]]), []);
});

test("hidden characters of names and states are shown when a change is read out", () => {
  const drawing = { variables: new Map([variable("a", "A\u202eB", "no", "y\u200bes")]) };
  assert.deepEqual(biggestChanges(drawing, [["a", [1, 0]]], [["a", [0, 1]]], 1), [
    "A\\u202eB: y\\u200bes rose from 0 % to 100 %",
  ]);
});
