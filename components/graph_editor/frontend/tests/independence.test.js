/** What lights up on the drawing for paths, blankets, interventions and modes; when a question is asked again. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { blanketOverlay, trailsOverlay } from "../study/independence_overlay.js";
import { withDrawn } from "../study/independence.js";
import { interventionOverlay } from "../study/intervene.js";
import { modesOverlay } from "../study/modes.js";
import { isOther, momentOf } from "../study/moment.js";

const ENDS = { first: "s", second: "r" };
const FORK = { nodes: ["s", "fs", "c", "fr", "r"], is_open: true, blockers: [], rules: [] };
const COLLIDER = { nodes: ["s", "fw", "w", "fw", "r"], is_open: false, blockers: ["w"], rules: ["collider"] };

const looks = (list) => list.map(({ id, factor, variable, look }) => [id ?? `${factor}–${variable}`, look]);

test("an open path glows along its edges, a blocked one shows its blocker with the rule", () => {
  const { edges, nodes } = trailsOverlay(ENDS, [FORK, COLLIDER]);
  assert.deepEqual(new Map(looks(edges)), new Map([
    ["fw–s", "blocked"], ["fw–w", "blocked"], ["fw–r", "blocked"],
    ["fs–s", "glow"], ["fs–c", "glow"], ["fr–c", "glow"], ["fr–r", "glow"],
  ]));
  assert.deepEqual(new Map(looks(nodes)), new Map([
    ["s", "target"], ["c", "path"], ["r", "target"], ["w", "blocker"],
  ]));
  assert.equal(nodes.find(({ id }) => id === "w").note, "collider: not seen");
});

test("an edge that lies on an open path and on a blocked one glows, whatever their order", () => {
  const open = { ...COLLIDER, is_open: true, blockers: [], rules: [] };
  for (const trails of [[open, COLLIDER], [COLLIDER, open]]) {
    assert.ok(trailsOverlay(ENDS, trails).edges.every(({ look }) => look === "glow"));
  }
});

test("the pair is what is selected and what a lesson looks at, else the first and the last variable", () => {
  const variables = new Map(["a", "b", "c", "d"].map((id) => [id, { id }]));
  const pair = (selection, highlight, first = null) => {
    const state = { drawing: { variables }, ui: { selection: new Set(selection), highlight: new Set(highlight) } };
    const found = withDrawn({ first, second: null, supposed: [] }, state);
    return [found.first, found.second];
  };
  assert.deepEqual(pair([], []), ["a", "d"]);
  assert.deepEqual(pair(["c"], ["c", "f_b", "b"]), ["c", "b"]);
  assert.deepEqual(pair(["c"], ["b"], "d"), ["d", "a"]);
});

test("ids may be any text", () => {
  const odd = { nodes: ["__proto__", "constructor", "r"], is_open: true, blockers: [], rules: [] };
  const { edges } = trailsOverlay({ first: "__proto__", second: "r" }, [odd]);
  assert.deepEqual(looks(edges), [["constructor–__proto__", "glow"], ["constructor–r", "glow"]]);
});

test("the members of a blanket are marked with their roles", () => {
  const { nodes } = blanketOverlay({ variable: "x", members: [["a", "parent"], ["b", "co-parent"]] });
  assert.deepEqual(nodes.map(({ id, look, note }) => [id, look, note]), [
    ["x", "target", ""], ["a", "blanket", "parent"], ["b", "blanket", "co-parent"],
  ]);
});

const DRAWING = {
  variables: new Map([["x", { states: ["no", "yes"] }], ["y", { states: ["no", "yes"] }]]),
  factors: new Map([["fx", {}]]),
  observed: new Map(),
};
const DONE = {
  settings: [["x", "yes"]], cuts: [{ factor: "fx", variable: "z" }], is_exact: false,
  effects: [{ variable: "y", seen: [0.2, 0.8], done: [0.4, 0.6] }],
};

test("doing cuts the edges, and shows its beliefs with what was set as certain", () => {
  const overlay = interventionOverlay(DONE, DRAWING, "done");
  assert.deepEqual(overlay.beliefs, new Map([["y", [0.4, 0.6]], ["x", [0, 1]]]));
  assert.deepEqual(overlay.edges, [{ factor: "fx", variable: "z", look: "cut" }]);
  assert.deepEqual(looks(overlay.nodes), [["x", "target"], ["fx", "cut"]]);
  assert.equal(overlay.nodes[0].note, "do: yes");
  assert.equal(overlay.isExact, false);
});

test("seeing cuts nothing, and shows nothing where it cannot be", () => {
  const overlay = interventionOverlay(DONE, DRAWING, "seen");
  assert.deepEqual(overlay.beliefs.get("y"), [0.2, 0.8]);
  assert.deepEqual([overlay.edges, looks(overlay.nodes)], [[], [["x", "target"]]]);
  const never = { ...DONE, effects: [{ variable: "y", seen: [], done: [0.4, 0.6] }] };
  assert.deepEqual([...interventionOverlay(never, DRAWING, "seen").beliefs.keys()], ["x"]);
});

test("variables in which the whole and the parts differ are marked with the state of the whole", () => {
  const choices = [
    { variable: "x", state: "rain", differs: true }, { variable: "y", state: "no", differs: false },
  ];
  assert.deepEqual(modesOverlay({ choices }).nodes, [{ id: "x", look: "target", note: "whole: rain" }]);
});

test("a question is asked again for another moment, not for the same one in new objects", () => {
  const state = (drawing, method = "exact") => (
    momentOf({ drawing: { ...DRAWING, ...drawing }, sections: { beliefs: { status: { method } } } }));
  const seen = () => ({ observed: new Map([["x", { state: "yes" }]]) });
  assert.equal(isOther(null, state({})), true);
  assert.equal(isOther(state({}), state({ observed: new Map() })), false);
  assert.equal(isOther(state(seen()), state(seen())), false);
  assert.equal(isOther(state({}), state(seen())), true);
  assert.equal(isOther(state({}), state({}, "bp")), true);
  assert.equal(isOther(state({}), state({ factors: new Map() })), true);
});
