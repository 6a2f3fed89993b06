import assert from "node:assert/strict";
import test from "node:test";

import { nodeTree } from "../canvas/cards.js";
import { hit } from "../canvas/hit.js";
import { addingState, moving, pressing, removingState, renamingState, sliding } from "../canvas/intents.js";
import { EMPTY, NO_PREVIEW, levelOf, sceneOf } from "../canvas/scene.js";
import { changeItems, toolItems } from "../canvas/tools.js";
import { shownStates, twoLines } from "../canvas/variable_node.js";
import { apply, fromSections } from "../document.js";

// Node has no canvas to measure text with: every character is 8 wide.
globalThis.document = {
  createElement: () => ({ getContext: () => ({ measureText: (text) => ({ width: 8 * text.length }) }) }),
};

const HOSTILE = "__proto__";
const GRAPH = {
  name: "Test",
  variables: [
    { id: HOSTILE, name: "Rain", states: ["no", "yes"] },
    { id: "wet", name: "", states: ["no", "yes"] },
    { id: "many", name: "Many", states: Array.from({ length: 12 }, (_, index) => `s${index}`) },
  ],
  factors: [
    { id: "f1", name: "", kind: "table", scope: [HOSTILE, "wet"], child: "wet", parameters: null, entries: 4 },
    { id: "f2", name: "free", kind: "table", scope: [], child: null, parameters: null, entries: 1 },
    { id: "f3", name: "", kind: "noisy_or", scope: [HOSTILE, "wet"], child: "wet", parameters: null, entries: 4 },
  ],
};
const LAYOUT = [
  [HOSTILE, 0, 0], ["wet", 0, 300], ["many", 400, 0], ["f1", 0, 150], ["f2", 200, 0], ["f3", 90, 150],
];
const MANY = Array.from({ length: 12 }, (_, index) => (index + 1) / 78);
const BELIEFS = {
  values: [[HOSTILE, [0.25, 0.75]], ["wet", [0.4, 0.6]], ["many", MANY]],
  status: { kind: "exact" }, stale: false, conflict: [],
};

function sceneWith({ observed = [], suspended = [], beliefs = {}, problems = [], ...rest } = {}, previous) {
  const drawing = fromSections({ graph: GRAPH, layout: LAYOUT, evidence: { observed, suspended } });
  const sections = { beliefs: { ...BELIEFS, ...beliefs }, prior: [[HOSTILE, [0.5, 0.5]]], problems };
  return sceneOf({ drawing, sections, ui: {}, preview: NO_PREVIEW, level: "full", ...rest }, previous);
}

const node = (scene, id) => scene.byId.get(id);
const elements = (tree) => [tree, ...tree.children.flatMap(elements)];
const texts = (tree) => elements(tree).map(({ text }) => text).filter(Boolean);

test("a card has the name, and a bar, a prior and a number for each state", () => {
  const rain = node(sceneWith(), HOSTILE);
  assert.equal(rain.heading, "Rain");
  assert.deepEqual(rain.rows.map(({ name, belief, prior, number }) => [name, belief, prior, number]),
    [["no", 0.25, 0.5, "0.2500"], ["yes", 0.75, 0.5, "0.7500"]]);
});

test("a variable without a name is called by its id", () => {
  assert.equal(node(sceneWith(), "wet").heading, "wet");
});

test("an observed state is certain by any method; what was only hinted is not", () => {
  const number = (observation) => node(
    sceneWith({ observed: [[HOSTILE, observation]], beliefs: { status: { kind: "approximate" } } }), HOSTILE).rows[0].number;
  assert.equal(number({ state: "yes" }), "0.2500");
  assert.equal(number({ likelihood: [0.1, 0.3] }), "≈0.2500");
});

test("approximate numbers say so", () => {
  for (const kind of ["approximate", "unconverged"]) {
    assert.equal(node(sceneWith({ beliefs: { status: { kind } } }), HOSTILE).rows[0].number, "≈0.2500");
  }
});

test("before anything is inferred there are no bars and no numbers", () => {
  const rain = node(sceneWith({ beliefs: { values: [] } }), HOSTILE);
  assert.deepEqual(rain.rows.map(({ belief, number }) => [belief, number]), [[null, ""], [null, ""]]);
});

test("beliefs about other states than the drawing has are not shown", () => {
  const drawing = fromSections({ graph: GRAPH, layout: LAYOUT });
  const command = { type: "set_states", id: HOSTILE, states: ["no", "yes", "hail"], from: [0, 1, null] };
  const { rows } = node(sceneWith({ drawing: apply(drawing, command) }), HOSTILE);
  assert.deepEqual(rows.map(({ name, belief, prior }) => [name, belief, prior]),
    [["no", null, null], ["yes", null, null], ["hail", null, null]]);
});

test("every kind of observation marks its states differently", () => {
  const marks = (observation) =>
    node(sceneWith({ observed: [[HOSTILE, observation]] }), HOSTILE).rows.map(({ mark }) => mark);
  assert.deepEqual(marks({ state: "yes" }), ["", "observed"]);
  assert.deepEqual(marks({ not: "yes" }), ["", "excluded"]);
  assert.deepEqual(marks({ states: ["no"] }), ["allowed", "excluded"]);
  assert.deepEqual(marks({ likelihood: [1, 0.2] }), ["soft", "soft"]);
  assert.deepEqual(marks({ belief: [0.3, 0.7] }), ["soft", "soft"]);
});

test("rows keep their place in the tree, and with it focus, when a variable is observed", () => {
  const places = (observed) => nodeTree(node(sceneWith({ observed }), HOSTILE)).children
    .flatMap(({ attributes }, place) => ("data-state" in attributes ? [[attributes["data-state"], place]] : []));
  const before = places([]);
  assert.equal(before.length, 2);
  for (const seen of [{ state: "yes" }, { not: "yes" }, { likelihood: [1, 0.5] }]) {
    assert.deepEqual(places([[HOSTILE, seen]]), before);
  }
});

test("changes of beliefs are shown at their rows, where they can be seen and are in sight", () => {
  const changed = new Map([[HOSTILE, [-0.2, 0.2]], ["wet", [0.001, -0.001]], ["gone", [1]]]);
  const sight = { left: -100, top: -100, right: 100, bottom: 500 };
  const shown = (box, level = "full") => changeItems(sceneWith({ level }), changed, box, 1);
  assert.deepEqual(shown(sight).flatMap(({ tree }) => texts(tree)), ["\u22120.20", "+0.20"]);
  assert.deepEqual(shown({ ...sight, top: 400 }), []);
  assert.deepEqual(shown(sight, "mid"), []);
});

test("what is read out names beliefs and evidence", () => {
  const { aria, rows } = node(sceneWith({ observed: [[HOSTILE, { state: "yes" }]] }), HOSTILE);
  assert.equal(aria, "Rain: no 0.2500, yes 0.7500, observed yes");
  assert.deepEqual(rows.map(({ isPressed }) => isPressed), [false, true]);
  assert.equal(rows[1].aria, "Observe Rain = yes");
});

test("suspended evidence is shown as such, and not as observed", () => {
  const rain = node(sceneWith({ suspended: [[HOSTILE, { state: "yes" }]] }), HOSTILE);
  assert.deepEqual([rain.isSuspended, rain.evidence], [true, "none"]);
});

test("of many states the most probable are shown, the observed one always, and the rest are counted", () => {
  const many = node(sceneWith(), "many");
  assert.deepEqual(many.rows.map(({ index }) => index), [5, 6, 7, 8, 9, 10, 11]);
  assert.equal(many.rest.text, "5 others");
  assert.equal(many.rest.number, "0.1923");
  const observed = { state: "s0" };
  assert.ok(shownStates(GRAPH.variables[2].states, MANY, observed).includes(0));
});

test("factors show their kind, and point at their child", () => {
  const scene = sceneWith();
  assert.deepEqual(["f1", "f2", "f3"].map((id) => node(scene, id).sign), ["P", "f", "∨"]);
  const edges = scene.edges.filter(({ factor }) => factor === "f1");
  assert.deepEqual(edges.map(({ port, variable, isChild }) => [port, variable, isChild]),
    [[0, HOSTILE, false], [1, "wet", true]]);
  assert.ok(edges[1].arrow && !edges[0].arrow);
});

test("problems and conflicts stand at their nodes", () => {
  const problems = [{ where: "f1", what: "row 1 sums to 0.9", remedy: "normalise it" }];
  const scene = sceneWith({ problems, beliefs: { conflict: [HOSTILE], stale: true } });
  assert.equal(node(scene, "f1").problem, "row 1 sums to 0.9: normalise it");
  assert.ok(texts(nodeTree(node(scene, "f1"))).includes("row 1 sums to 0.9: normalise it"));
  assert.deepEqual([node(scene, HOSTILE).isConflict, node(scene, "wet").isConflict], [true, false]);
  assert.ok(node(scene, "wet").isStale);
});

test("hidden characters in names are shown, not obeyed", () => {
  const graph = { ...GRAPH, variables: [{ id: "a", name: "x\u202ey", states: ["\u200bno", "yes"] }], factors: [] };
  const drawing = fromSections({ graph, layout: [["a", 0, 0]], evidence: { observed: [], suspended: [] } });
  const all = texts(nodeTree(node(sceneWith({ drawing }), "a"))).join(" ");
  assert.match(all, /\\u202e/);
  assert.doesNotMatch(all, /[\u202e\u200b]/);
});

test("what did not change is the very same object", () => {
  const beliefs = { ...BELIEFS };
  const sections = { beliefs, prior: [], problems: [] };
  const drawing = fromSections({ graph: GRAPH, layout: LAYOUT });
  const first = sceneWith({ drawing, sections });
  const moved = { ...drawing, layout: new Map(drawing.layout).set("wet", { x: 50, y: 300 }) };
  const second = sceneWith({ drawing: moved, sections }, first);
  assert.equal(node(second, HOSTILE), node(first, HOSTILE));
  assert.notEqual(node(second, "wet"), node(first, "wet"));
  const same = second.edges.filter((edge) => first.edges.includes(edge)).map(({ variable }) => variable);
  assert.deepEqual(same, [HOSTILE, HOSTILE]);
});

test("the positions of a running drag are shown", () => {
  const preview = { ...NO_PREVIEW, moved: new Map([["wet", { x: 7, y: 8 }]]) };
  const { x, y } = node(sceneWith({ preview }), "wet");
  assert.deepEqual([x, y], [7, 8]);
});

test("the textbook view has circles with the name and no rows", () => {
  const rain = node(sceneWith({ ui: { compact: true }, observed: [[HOSTILE, { state: "no" }]] }), HOSTILE);
  assert.equal(rain.shape, "circle");
  assert.deepEqual(rain.lines, ["Rain"]);
  assert.match(nodeTree(rain).attributes.class, /\bseen\b/);
});

test("long names are broken where the lines are even", () => {
  assert.deepEqual(twoLines("Rain"), ["Rain"]);
  assert.deepEqual(twoLines("Short of breath"), ["Short of", "breath"]);
  assert.deepEqual(twoLines("Tuberculosis"), ["Tuberculosis"]);
});

test("farther away there is less to see", () => {
  const count = (level) => elements(nodeTree(node(sceneWith({ level }), HOSTILE))).length;
  assert.deepEqual([levelOf(1), levelOf(0.4), levelOf(0.2), levelOf(0.1)], ["full", "mid", "far", "dot"]);
  assert.ok(count("full") > count("mid") && count("mid") > count("far") && count("far") > count("dot"));
  assert.ok(!texts(nodeTree(node(sceneWith({ level: "mid" }), HOSTILE))).includes("0.2500"));
});

test("a point is told apart: heading, name of a state, bar, nothing", () => {
  const scene = sceneWith();
  const rain = node(scene, HOSTILE);
  const [left, top] = [-rain.width / 2, -rain.height / 2];
  const at = (x, y, lit) => hit(scene, { x: left + x, y: top + y }, lit);
  assert.equal(at(40, 10).part, "heading");
  assert.deepEqual([at(18, 50).part, at(18, 50).index], ["state_name", 0]);
  assert.deepEqual([at(100, 75).part, at(100, 75).index], ["state", 1]);
  assert.deepEqual(at(-300, 0), { part: "empty" });
  assert.equal(hit(scene, { x: 0, y: 150 }).id, "f1");
  assert.equal(at(rain.width / 2, rain.height + 8).part, "empty");
  assert.deepEqual(at(rain.width / 2, rain.height + 8, [rain]).part, "handle");
});

test("the tools of a selected card add, remove and connect; a factor shows its ports in order", () => {
  const scene = sceneWith({ ui: { selection: new Set([HOSTILE]) } });
  const parts = (id) => elements(toolItems([node(scene, id)], scene)[0].tree)
    .map(({ attributes }) => attributes["data-tool"]).filter(Boolean);
  assert.deepEqual(parts(HOSTILE), ["handle", "add_state", "sliders", "remove_state", "remove_state"]);
  assert.deepEqual(parts("f1"), ["handle"]);
  assert.deepEqual(texts(toolItems([node(scene, "f1")], scene)[0].tree), ["1", "2"]);
});

test("a bar is longer for a greater belief", () => {
  const scales = elements(nodeTree(node(sceneWith(), HOSTILE)))
    .filter(({ attributes }) => attributes.class === "bar")
    .map(({ attributes }) => Number(/scaleX\(([^)]*)\)/.exec(attributes.style)[1]));
  assert.deepEqual(scales, [0.25, 0.75]);
});

const drawingWith = (observed) =>
  fromSections({ graph: GRAPH, layout: LAYOUT, evidence: { observed, suspended: [] } });

test("a click observes, the same click retracts", () => {
  const press = { id: HOSTILE, index: 1, isNot: false };
  const observation = { state: "yes" };
  assert.deepEqual(pressing(drawingWith([]), press), { type: "observe", id: HOSTILE, observation });
  assert.deepEqual(pressing(drawingWith([[HOSTILE, observation]]), press), { type: "retract", ids: [HOSTILE] });
  assert.equal(pressing(drawingWith([]), { ...press, index: 9 }), null);
});

test("ruling states out one after the other never rules out all", () => {
  const not = (observed, id, index) => pressing(drawingWith(observed), { id, index, isNot: true });
  assert.deepEqual(not([], HOSTILE, 1).observation, { not: "yes" });
  assert.equal(not([[HOSTILE, { not: "yes" }]], HOSTILE, 1).type, "retract");
  assert.deepEqual(not([[HOSTILE, { not: "yes" }]], HOSTILE, 0).observation, { not: "no" });
  assert.equal(not([["many", { not: "s0" }]], "many", 1).observation.states.length, 10);
});

test("a slider sets one weight and keeps the others; all at the top say nothing", () => {
  const slide = (observed, share) => sliding(drawingWith(observed), { id: HOSTILE, index: 0 }, share);
  assert.deepEqual(slide([], 0.304), { likelihood: [0.3, 1] });
  assert.deepEqual(slide([[HOSTILE, { likelihood: [1, 0.5] }]], 0.2), { likelihood: [0.2, 0.5] });
  assert.equal(slide([], 1.7), null);
  const bottom = slide([[HOSTILE, { likelihood: [1, 0] }]], -3);
  assert.ok(bottom.likelihood.some((weight) => weight > 0));
});

test("states are added, removed and renamed with where they come from", () => {
  const drawing = drawingWith([]);
  assert.deepEqual(addingState(drawing, HOSTILE).command,
    { type: "set_states", id: HOSTILE, states: ["no", "yes", "state 3"], from: [0, 1, null] });
  assert.deepEqual(removingState(drawing, HOSTILE, 0),
    { type: "set_states", id: HOSTILE, states: ["yes"], from: [1] });
  assert.deepEqual(renamingState(drawing, HOSTILE, 1, "wet").command.states, ["no", "wet"]);
  assert.ok(renamingState(drawing, HOSTILE, 1, "no").refused);
  assert.ok(renamingState(drawing, HOSTILE, 1, "").refused);
});

test("a drag that ends where it began is no command", () => {
  const drawing = drawingWith([]);
  assert.equal(moving(drawing, new Map([["wet", { x: 0, y: 300 }]])), null);
  assert.deepEqual(moving(drawing, new Map([["wet", { x: 10, y: 300 }], ["f1", { x: 0, y: 150 }]])),
    { type: "move", positions: [["wet", 10, 300]] });
});

test("an empty drawing is an empty scene", () => {
  const drawing = fromSections({});
  assert.deepEqual(sceneWith({ drawing, sections: {} }).nodes, []);
  assert.equal(EMPTY.nodes.length, 0);
});
