/** The verbs: what they plan, and what they dispatch. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createActions } from "../actions.js";
import { activeSuggestion } from "../actions/evidence.js";
import { fileStem } from "../actions/exchange.js";
import { planInsert, readFragment } from "../actions/insert.js";
import {
  neighbour, planAlign, planConnect, planFactor, planMove, planObserve, planVariable, readingOrder, uniqueName,
} from "../actions/plan.js";
import { apply } from "../document.js";
import { scaleFor } from "../png.js";

const variable = (id, name = id, states = ["no", "yes"]) => [id, { id, name, states }];
const factor = (id, scope, child = null) => [id, {
  id, name: "", kind: "table", scope, child, parameters: { values: 1 }, entries: 1,
}];

function drawingOf({ variables = [], factors = [], layout = [], observed = [] } = {}) {
  return {
    name: "Test", variables: new Map(variables), factors: new Map(factors),
    layout: new Map(layout.map(([id, x, y]) => [id, { x, y }])), observed: new Map(observed), suspended: new Map(),
  };
}

const RAIN = drawingOf({
  variables: [variable("rain", "Rain"), variable("wet", "Wet grass", ["dry", "damp", "wet"])],
  factors: [factor("f1", ["rain"], "rain"), factor("f2", ["rain", "wet"], "wet")],
  layout: [["f1", 0, -100], ["rain", 0, 0], ["f2", 0, 100], ["wet", 200, 200]],
});

function actionsOn(drawing, ui = {}) {
  const done = [];
  const timers = [];
  let state = {
    drawing, sections: { lesson: null, graph: {}, layout: {} },
    ui: { selection: new Set(), focus: null, highlight: new Set(), connecting: null, ...ui },
  };
  const store = {
    state: () => state,
    dispatch(command) {
      done.push(command);
      state = { ...state, drawing: apply(state.drawing, command) };
    },
    decide(choose) {
      const command = choose(state.drawing);
      if (command) store.dispatch(command);
    },
    request(question) {
      done.push(question);
      return new Promise(() => {});
    },
    setUi: (patch) => { state = { ...state, ui: { ...state.ui, ...patch } }; },
    subscribe: () => () => {},
  };
  const canvas = { center: () => ({ x: 600, y: 600 }), startRename: () => {}, focusNode: () => {} };
  const later = (run) => {
    timers.push(run);
    return () => timers.splice(timers.indexOf(run), 1);
  };
  const actions = createActions(store, () => canvas, { later });
  return { actions, done, timers, ui: () => state.ui, drawing: () => state.drawing };
}

test("new names count on from those that are shown", () => {
  assert.equal(uniqueName("Rain", new Set(["Sun"])), "Rain");
  assert.equal(uniqueName("Rain", new Set(["Rain", "Rain 2"])), "Rain 3");
  assert.equal(uniqueName("Rain 2", new Set(["Rain", "Rain 2"])), "Rain 3");
});

test("a new variable has two states, a free name and a place of its own", () => {
  const drawing = drawingOf({ variables: [variable("x1", "Variable 1")], layout: [["x1", 100, 100]] });
  const planned = planVariable(drawing, { x: 103, y: 98 });
  assert.deepEqual([planned.id, planned.name, planned.states], ["x2", "Variable 2", ["no", "yes"]]);
  assert.ok(Math.abs(planned.x - 100) >= 176 || Math.abs(planned.y - 100) >= 100, "it would lie on the first one");
});

test("a variable without a factor of its own gets a prior, one with a factor a potential", () => {
  const lone = drawingOf({ variables: [variable("x1")], layout: [["x1", 0, 0]] });
  assert.equal(planFactor(lone, ["x1"], { x: 0, y: 0 }).kind, "prior");
  assert.equal(planFactor(RAIN, ["rain"], { x: 0, y: 0 }).kind, "table");
  assert.deepEqual(planFactor(RAIN, [], { x: 903, y: 900 }), {
    type: "add_factor", id: "f3", kind: "table", scope: [], x: 900, y: 900,
  });
});

test("a factor over several variables stands between them", () => {
  const planned = planFactor(drawingOf({
    variables: [variable("a"), variable("b")], layout: [["a", 0, 0], ["b", 400, 200]],
  }), ["a", "f9", "b"], { x: 0, y: 0 });
  assert.deepEqual([planned.scope, planned.x, planned.y], [["a", "b"], 200, 100]);
});

test("connecting says what it means, or why it cannot be", () => {
  assert.deepEqual(planConnect(RAIN, "wet", "f1").command, { type: "connect", factor: "f1", variable: "wet" });
  assert.deepEqual(planConnect(RAIN, "f1", "wet").command, { type: "connect", factor: "f1", variable: "wet" });
  const { command } = planConnect(RAIN, "wet", "rain");
  const { x, y, ...meant } = command;
  assert.deepEqual(meant, { type: "add_parent", parent: "wet", child: "rain", factor: "f3" });
  assert.ok(Number.isFinite(x) && Number.isFinite(y));
  for (const [from, to] of [["gone", "rain"], ["rain", "rain"], ["f1", "f2"], ["rain", "f2"], ["rain", "wet"]]) {
    assert.ok(planConnect(RAIN, from, to).refused, `${from} to ${to}`);
  }
});

test("an arrow out of a free factor makes its target the child", () => {
  const free = drawingOf({
    variables: [variable("a"), variable("b")], factors: [factor("f1", ["a"])],
    layout: [["a", 0, 0], ["b", 0, 200], ["f1", 0, 100]],
  });
  assert.equal(planConnect(free, "f1", "b").command.child, true);
  assert.equal(planConnect(free, "b", "f1").command.child, undefined);
});

test("aligning and spacing move only what is not yet there", () => {
  const drawing = drawingOf({ layout: [["a", 0, 0], ["b", 10, 50], ["c", 100, 90]] });
  assert.deepEqual(planAlign(drawing, ["a", "b", "c"], "left").positions, [["b", 0, 50], ["c", 0, 90]]);
  assert.deepEqual(planAlign(drawing, ["a", "b"], "bottom").positions, [["a", 0, 50]]);
  assert.deepEqual(planAlign(drawing, ["a", "b"], "center").positions, [["a", 5, 0], ["b", 5, 50]]);
  assert.deepEqual(planAlign(drawing, ["c", "b", "a"], "columns").positions, [["b", 50, 50]]);
  assert.equal(planAlign(drawing, ["a"], "left"), null);
  assert.equal(planMove(drawing, ["a"], 0, 0), null);
});

test("a digit observes, the same digit takes back, Alt rules out", () => {
  assert.deepEqual(planObserve(RAIN, "wet", 2), { type: "observe", id: "wet", observation: { state: "wet" } });
  assert.deepEqual(planObserve(RAIN, "wet", 2, true).observation, { not: "wet" });
  const seen = { ...RAIN, observed: new Map([["wet", { state: "wet" }]]) };
  assert.deepEqual(planObserve(seen, "wet", 2), { type: "retract", ids: ["wet"] });
  assert.equal(planObserve(RAIN, "wet", 3), null);
  assert.equal(planObserve(RAIN, "f1", 0), null);
  assert.equal(planObserve(RAIN, null, 0), null);
});

test("walking reads from the top, jumping goes where the arrow points", () => {
  assert.deepEqual(readingOrder(RAIN), ["f1", "rain", "f2", "wet"]);
  assert.equal(neighbour(RAIN, "rain", 0, 1), "f2");
  assert.equal(neighbour(RAIN, "rain", 0, -1), "f1");
  assert.equal(neighbour(RAIN, "rain", 1, 0), "wet");
  assert.equal(neighbour(RAIN, "rain", -1, 0), null);
});

const FRAGMENT = {
  format: "mbml-graph", version: 1, name: "", evidence: {}, plates: [],
  variables: [
    { id: "rain", name: "Rain", domain: { type: "categorical", states: ["no", "yes"] } },
    { id: "__proto__", name: "Odd", domain: { type: "categorical", states: ["no", "yes"] } },
  ],
  factors: [{ id: "f1", kind: "table", scope: ["rain"], parameters: { values: [0.5, 0.5] } }],
  layout: { rain: [0, 0], f1: [100, 40] },
};

test("only a drawing is pasted", () => {
  assert.ok(readFragment(JSON.stringify(FRAGMENT)));
  for (const text of ["", "hello", "{", "{}", "[1]", "null", '{"format": "mbml-graph"}']) {
    assert.equal(readFragment(text), null, text);
  }
});

test("pasted nodes get free ids and names, and keep those that are free", () => {
  const planned = planInsert(RAIN, FRAGMENT, { by: 20 });
  assert.deepEqual(planned.ids, [["rain", "x1"], ["__proto__", "__proto__"], ["f1", "f3"]]);
  assert.deepEqual(planned.document.variables.map(({ name }) => name), ["Rain 2", "Odd"]);
  assert.deepEqual([planned.dx, planned.dy], [20, 20]);
  assert.equal(apply(RAIN, planned).variables.size, 4);
});

test("a fragment from elsewhere lands with its middle at the pointer", () => {
  const { dx, dy } = planInsert(RAIN, FRAGMENT, { at: { x: 500, y: 520 } });
  assert.deepEqual([dx, dy], [450, 500]);
});

test("pasting the same text again stands off further", () => {
  const { actions, done } = actionsOn(RAIN);
  const text = JSON.stringify(FRAGMENT);
  actions.pasteText(text);
  actions.pasteText(text);
  actions.pasteText(text);
  assert.ok(done[1].dx < done[2].dx);
});

test("other text is answered in words and changes nothing", () => {
  const { actions, done, ui } = actionsOn(RAIN);
  actions.pasteText("shopping list");
  assert.deepEqual(done, []);
  assert.match(ui().toast.text, /no part of a drawing/);
});

test("a factor alone cannot be duplicated, and the page says why", () => {
  const { actions, done, ui } = actionsOn(RAIN, { selection: new Set(["f2"]) });
  actions.duplicate();
  assert.deepEqual(done, []);
  assert.match(ui().toast.text, /with all its variables/);
});

test("a duplicate is selected and shifted", () => {
  const { actions, done, ui } = actionsOn(RAIN, { selection: new Set(["rain", "wet", "f2"]) });
  actions.duplicate();
  assert.equal(done[0].type, "insert");
  assert.ok(done[0].dx > 0 && done[0].dy > 0);
  assert.deepEqual([...ui().selection], ["x1", "x2", "f3"]);
});

test("opening what is open already fits it once, and what is drawn later leaves the view alone", () => {
  const listeners = new Set();
  let state = { pending: [], refused: null, ui: {} };
  let fits = 0;
  const store = {
    state: () => state,
    dispatch(command) { state = { ...state, pending: [command] }; },
    setUi: (patch) => { state = { ...state, ui: { ...state.ui, ...patch } }; },
    subscribe(listener) { listeners.add(listener); return () => listeners.delete(listener); },
  };
  const answer = () => {
    state = { ...state, pending: [] };
    [...listeners].forEach((listener) => listener(state));
  };
  const actions = createActions(store, () => ({ fit: () => { fits += 1; } }));
  actions.openSample("sprinkler");
  [...listeners].forEach((listener) => listener(state));
  assert.equal(fits, 0, "nothing has come yet");
  answer();
  answer();
  assert.equal(fits, 1);
});

test("a row of arrow keys is one move, after a pause", () => {
  const { actions, done, timers } = actionsOn(RAIN, { selection: new Set(["rain"]) });
  actions.nudge(10, 0);
  actions.nudge(10, 0);
  actions.nudge(0, 1);
  assert.deepEqual(done, []);
  assert.equal(timers.length, 1);
  timers[0]();
  assert.deepEqual(done, [{ type: "move", positions: [["rain", 20, 1]] }]);
});

test("what follows a row of arrow keys comes after their move", () => {
  const { actions, done } = actionsOn(RAIN, { selection: new Set(["rain"]) });
  actions.nudge(10, 0);
  actions.undo();
  assert.deepEqual(done.map(({ type }) => type), ["move", "undo"]);
});

test("deleting takes the selection, or the node with the focus", () => {
  const selected = actionsOn(RAIN, { selection: new Set(["wet", "f2"]), focus: "wet" });
  selected.actions.deleteSelection();
  assert.deepEqual(selected.done, [{ type: "delete", ids: ["wet", "f2"] }]);
  assert.equal(selected.ui().selection.size, 0);
  const focused = actionsOn(RAIN, { focus: "rain" });
  focused.actions.deleteSelection();
  assert.deepEqual(focused.done[0].ids, ["rain"]);
});

test("connecting by keys walks over the nodes that can be connected", () => {
  const { actions, done, ui } = actionsOn(RAIN, { focus: "wet", selection: new Set(["wet"]) });
  actions.connectFrom();
  actions.walk(1);
  const first = ui().focus;
  actions.walk(1);
  assert.deepEqual([first, ui().focus], ["f1", "rain"]);
  actions.finishConnecting();
  assert.equal(done[0].type, "add_parent");
  assert.equal(ui().connecting, null);
});

test("Tab leaves the drawing behind its last node", () => {
  const { actions, ui } = actionsOn(RAIN, { focus: "f2" });
  assert.equal(actions.walk(1), true);
  assert.equal(ui().focus, "wet");
  assert.equal(actions.walk(1), false);
});

test("a suggestion is active when exactly its observations hold", () => {
  const lesson = { suggestions: [{ evidence: [["wet", { state: "wet" }]] }, { evidence: [] }] };
  assert.equal(activeSuggestion(lesson, new Map([["wet", { state: "wet" }]])), 0);
  assert.equal(activeSuggestion(lesson, new Map()), 1);
  assert.equal(activeSuggestion(lesson, new Map([["wet", { not: "wet" }]])), -1);
  assert.equal(activeSuggestion(null, new Map()), -1);
});

test("a file that is too large is refused before it is read", async () => {
  const { actions, done, ui } = actionsOn(RAIN);
  await actions.openFile({ name: "big.json", size: 6e6, arrayBuffer: () => assert.fail("it was read") });
  assert.deepEqual(done, []);
  assert.match(ui().dialog.problems[0].what, /5.7 MB/);
});

test("a file is opened by its bytes", async () => {
  const { actions, done } = actionsOn(RAIN);
  await actions.openFile(new File([new Uint8Array([0, 255, 128])], "a.bif"));
  assert.deepEqual(done, [{ type: "open", source: "file", name: "a.bif", base64: "AP+A" }]);
});

test("file names are what every file system takes", () => {
  assert.equal(fileStem("Wet grass / 2"), "Wet_grass_2");
  assert.equal(fileStem("Größe"), "Größe");
  assert.equal(fileStem("…\u202e"), "drawing");
});

test("pictures are twice as sharp while they can be painted", () => {
  assert.equal(scaleFor(1000, 800), 2);
  assert.equal(scaleFor(12_000, 800), 1);
  assert.throws(() => scaleFor(20_000, 800), /SVG/);
});

test("a file holds the moves of the keys pressed just before", () => {
  const { actions, done } = actionsOn(RAIN, { selection: new Set(["rain"]) });
  actions.nudge(10, 0);
  actions.save("json");
  assert.deepEqual(done.map(({ type }) => type), ["move", "save"]);
});
