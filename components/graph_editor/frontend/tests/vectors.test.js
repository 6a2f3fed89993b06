import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { apply, fromDocument } from "../document.js";

/** What Python made of the same commands; written by the tests of mbml_core/editing. */
const CASES = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf-8"));

test("there are cases", () => assert.ok(Array.isArray(CASES) && CASES.length > 0));

for (const { about, before, command, after } of CASES) {
  test(about, () => assert.deepEqual(written(apply(fromDocument(before), command)), read(after)));
}

const FACTOR = ["id", "name", "kind", "scope", "child"];

function written(drawing) {
  return {
    name: drawing.name,
    variables: [...drawing.variables.values()].map(({ id, name, states }) => [id, name, states]),
    factors: [...drawing.factors.values()].map((factor) => FACTOR.map((field) => factor[field])),
    layout: byId([...drawing.layout].map(([id, { x, y }]) => [id, x, y])),
    observed: [...drawing.observed].map(([id, observation]) => [id, rounded(observation)]),
    suspended: [...drawing.suspended].map(([id, observation]) => [id, rounded(observation)]),
  };
}

function read({ name, variables, factors, layout, observed, suspended }) {
  const evidence = (pairs) => pairs.map(([id, observation]) => [id, rounded(observation)]);
  const seen = { observed: evidence(observed), suspended: evidence(suspended) };
  return { name, variables, factors, layout: byId(layout), ...seen };
}

/** Places have no order. */
const byId = (places) => places.toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Both sides may sum in another order: the last digit of a renormalised belief differs. */
function rounded(observation) {
  const digits = (value) => (typeof value === "number" ? Number(value.toPrecision(12)) : value);
  const fields = Object.entries(observation).map(([form, value]) => [form, [value].flat().map(digits)]);
  return Object.fromEntries(fields);
}
