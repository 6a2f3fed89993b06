/** The chips of the observations: their words, their order, and which of them count. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { chipsOf, observationText } from "../chrome/chips.js";

const DRAWING = {
  variables: new Map([
    ["wet", { id: "wet", name: "Wet grass", states: ["no", "yes"] }],
    ["rain", { id: "rain", name: "", states: ["no", "yes"] }],
    ["__proto__", { id: "__proto__", name: "A\u202eB", states: ["no", "yes"] }],
  ]),
  observed: new Map([["wet", { state: "yes" }], ["__proto__", { not: "no" }]]),
  suspended: new Map([["rain", { state: "no" }]]),
};

test("every kind of observation has its words", () => {
  assert.equal(observationText({ state: "yes" }), "= yes");
  assert.equal(observationText({ not: "red" }), "is not red");
  assert.equal(observationText({ states: ["red", "green"] }), "is red or green");
  assert.equal(observationText({ likelihood: [0.1 + 0.2, 1] }), "has likelihood 0.3 : 1");
  assert.equal(observationText({ belief: [1 / 3, 2 / 3] }), "is set to 0.3333 : 0.6667");
  const long = observationText({ likelihood: Array(9).fill(1) });
  assert.equal(long, "has likelihood 1 : 1 : 1 : 1 : 1 : 1 : 1 : 1 : …");
});

test("hidden characters of names and states are shown", () => {
  assert.equal(observationText({ state: "y\u200bes" }), "= y\\u200bes");
  assert.equal(chipsOf(DRAWING).find(({ id }) => id === "__proto__").name, "A\\u202eB");
});

test("a chip names its variable, by the id where it has no name, and says whether it counts", () => {
  assert.deepEqual(chipsOf(DRAWING).map(({ name, text, isSuspended }) => [name, text, isSuspended]), [
    ["Wet grass", "= yes", false], ["A\\u202eB", "is not no", false], ["rain", "= no", true],
  ]);
});

test("a chip that is switched off keeps its place, a new one goes to the end", () => {
  const order = chipsOf(DRAWING, ["rain", "gone", "wet"]).map(({ id }) => id);
  assert.deepEqual(order, ["rain", "wet", "__proto__"]);
});

test("a variable that was deleted has no chip", () => {
  const drawing = { ...DRAWING, variables: new Map([["wet", DRAWING.variables.get("wet")]]) };
  assert.deepEqual(chipsOf(drawing).map(({ id }) => id), ["wet"]);
});
