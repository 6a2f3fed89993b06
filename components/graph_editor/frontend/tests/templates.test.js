import assert from "node:assert/strict";
import { test } from "node:test";

import { fills, KINDS, misfit, movedStrengths, startParameters } from "../panels/templates.js";

const axis = (id, ...states) => ({ id, label: id, states });
const bool = (id) => axis(id, "no", "yes");
const BOOLEANS = { axes: [bool("a"), bool("b"), bool("c")], childAxis: 2 };

const offered = (scope) => KINDS.filter((entry) => misfit(entry, scope) === "").map(({ kind }) => kind);
const reason = (kind, scope) => misfit(KINDS.find((entry) => entry.kind === kind), scope);

test("kinds are offered where the model accepts them", () => {
  assert.deepEqual(offered(BOOLEANS), ["table", "noisy_or", "noisy_and", "all_true", "any_true", "xor", "equal"]);
  assert.deepEqual(offered({ axes: [bool("a")], childAxis: 0 }), ["table", "prior"]);
  assert.deepEqual(offered({ axes: [], childAxis: null }), ["table"]);
  const counting = { axes: [bool("a"), bool("b"), axis("n", "0", "1", "2")], childAxis: 2 };
  assert.deepEqual(offered(counting), ["table", "count_true"]);
  assert.deepEqual(
    offered({ axes: [bool("a"), bool("b")], childAxis: 1 }),
    ["table", "noisy_or", "noisy_and", "all_true", "any_true", "not", "xor", "count_true", "add_noise"],
  );
});

test("the others say why not", () => {
  assert.match(reason("not", BOOLEANS), /exactly one parent/);
  const xorOf = (parent) => reason("xor", { axes: [parent, bool("b")], childAxis: 1 });
  assert.match(xorOf(axis("colour", "r", "g", "b")), /colour needs two states/);
  assert.match(xorOf(axis("a", "yes", "no")), /“yes” as its second/);
  assert.match(reason("count_true", BOOLEANS), /c needs 3 states/);
});

test("a conditional table fills with distributions, a free one with ones", () => {
  const scope = { axes: [bool("a"), axis("b", "x", "y", "z")], childAxis: 0 };
  const [uniform, random] = fills(scope);
  assert.deepEqual(uniform.fill(), Array(6).fill(0.5));
  const values = random.fill(() => 0.3);
  assert.equal(values.length, 6);
  for (const i of [0, 1, 2]) assert.ok(Math.abs(values[i] + values[i + 3] - 1) < 1e-12);
  assert.deepEqual(fills({ ...scope, childAxis: null })[0].fill(), Array(6).fill(1));
});

test("a copy needs one parent with as many states", () => {
  const copy = (scope) => fills(scope).find(({ id }) => id === "copy");
  assert.deepEqual(copy({ axes: [bool("a"), bool("b")], childAxis: 0 }).fill(), [1, 0, 0, 1]);
  assert.notEqual(copy(BOOLEANS).misfit, "");
  assert.notEqual(copy({ axes: [bool("a"), bool("b")], childAxis: null }).misfit, "");
});

test("another kind keeps what it can", () => {
  const table = startParameters("table", BOOLEANS, [1, 2, 3, 4, 5, 6, 7, 8], null);
  assert.deepEqual(table, { values: [[[1, 2], [3, 4]], [[5, 6], [7, 8]]] });
  const prior = startParameters("prior", { axes: [bool("a")], childAxis: 0 }, [1, 3], null);
  assert.deepEqual(prior, { probabilities: [0.25, 0.75] });
  const gate = { probabilities: [0.1, 0.2], leak: 0.3 };
  assert.deepEqual(startParameters("noisy_and", BOOLEANS, null, gate), gate);
  assert.deepEqual(startParameters("noisy_or", BOOLEANS, null, null), { probabilities: [0.9, 0.9], leak: 0 });
  assert.deepEqual(startParameters("xor", BOOLEANS, null, { leak: 1 }), {});
});

test("strengths stay with their parents when the child changes", () => {
  assert.deepEqual(movedStrengths(["a", "b", "c"], "c", "a", [0.1, 0.2]), [0.2, 0.1]);
});
