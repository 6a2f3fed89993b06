import assert from "node:assert/strict";
import test from "node:test";

import { nodeTree } from "../canvas/cards.js";
import { edgeTree } from "../canvas/edges.js";
import { hit, picked } from "../canvas/hit.js";
import { EDGE_LOOKS, LINK_LOOKS, NODE_LOOKS } from "../canvas/looks.js";
import { NO_OVERLAY } from "../canvas/overlay.js";
import { behindItems, frontItems } from "../canvas/overlay_trees.js";
import { IDLE, step } from "../canvas/pointer.js";
import { NO_PREVIEW, isPickable, sceneOf } from "../canvas/scene.js";
import { fromSections } from "../document.js";

// Node has no canvas to measure text with: every character is 8 wide.
globalThis.document = {
  createElement: () => ({ getContext: () => ({ measureText: (text) => ({ width: 8 * text.length }) }) }),
};

const HOSTILE = "__proto__";
const LONG = Array.from({ length: 9 }, (_, index) => `s${index}`);
const GRAPH = {
  name: "Test",
  variables: [
    { id: HOSTILE, name: "Rain", states: ["no", "yes"] },
    { id: "wet", name: "Wet", states: ["no", "yes"] },
    { id: "long", name: "Long", states: LONG },
  ],
  factors: [
    { id: "f1", name: "", kind: "table", scope: [HOSTILE, "wet"], child: "wet", parameters: null, entries: 4 },
    { id: "f2", name: "", kind: "table", scope: [HOSTILE, "long"], child: "long", parameters: null, entries: 18 },
  ],
};
const LAYOUT = [[HOSTILE, 0, 0], ["wet", 0, 300], ["long", 500, 0], ["f1", 0, 150], ["f2", 250, 0]];
const DRAWING = fromSections({ graph: GRAPH, layout: LAYOUT, evidence: { observed: [], suspended: [] } });
const SECTIONS = {
  beliefs: {
    values: [[HOSTILE, [0.25, 0.75]], ["wet", [0.4, 0.6]]], status: { kind: "exact" }, stale: false, conflict: [],
  },
  prior: [[HOSTILE, [0.5, 0.5]]], problems: [],
};

function sceneWith(overlay, previous, rest = {}) {
  const ui = { overlay, pick: rest.pick ?? null };
  return sceneOf({ drawing: DRAWING, sections: SECTIONS, ui, preview: NO_PREVIEW, level: "full", ...rest }, previous);
}

const NOTHING_SAID = { look: "", toVariable: null, toFactor: null, note: "" };
const edge = (factor, variable, rest = {}) => ({ factor, variable, ...NOTHING_SAID, ...rest });
const elements = (tree) => [tree, ...tree.children.flatMap(elements)];
const texts = (trees) => trees.flatMap(elements).map(({ text }) => text).filter(Boolean);
const classes = (tree) => elements(tree).map(({ attributes }) => attributes.class ?? "");
const front = (scene) => frontItems(scene.overlay).map(({ tree }) => tree);

test("without an overlay nothing of it is made", () => {
  assert.equal(sceneWith(null).overlay, NO_OVERLAY);
  assert.deepEqual([...frontItems(NO_OVERLAY), ...behindItems(NO_OVERLAY)], []);
});

test("an overlay that is taken away leaves the drawing as it was", () => {
  const plain = sceneWith(null);
  const back = sceneWith(null, sceneWith({ nodes: [{ id: "wet", look: "target", note: "here" }] }, plain));
  assert.deepEqual(back.nodes, plain.nodes);
  assert.deepEqual(back.edges, plain.edges);
});

test("only what an overlay touches is made anew", () => {
  const plain = sceneWith(null);
  const overlay = { beliefs: new Map([["wet", [0.1, 0.9]]]), edges: [edge("f1", "wet", { look: "glow" })] };
  const { byId, edges } = sceneWith(overlay, plain);
  assert.equal(byId.get(HOSTILE), plain.byId.get(HOSTILE));
  assert.equal(byId.get("f1"), plain.byId.get("f1"));
  assert.notEqual(byId.get("wet"), plain.byId.get("wet"));
  assert.deepEqual(edges.map((one, index) => one === plain.edges[index]), [true, false, true, true]);
});

test("the next step of a run makes only its own message anew", () => {
  const first = sceneWith({ edges: [edge("f1", "wet", { toVariable: [0.2, 0.8] })] });
  const second = sceneWith(
    { edges: [edge("f1", "wet", { toVariable: [0.2, 0.8] }), edge("f1", HOSTILE, { toFactor: [0.5, 0.5] })] }, first);
  const [known] = first.overlay.strips;
  assert.equal(second.overlay.strips.length, 2);
  assert.ok(second.overlay.strips.includes(known), "it neither moved nor changed");
});

test("beliefs of an overlay stand in the bars, and the prior stays", () => {
  const { rows } = sceneWith({ beliefs: new Map([[HOSTILE, [0.1, 0.9]]]) }).byId.get(HOSTILE);
  assert.deepEqual(rows.map(({ belief, prior }) => [belief, prior]), [[0.1, 0.5], [0.9, 0.5]]);
});

test("beliefs that are said to be approximate say so, whatever the page has", () => {
  const number = (isExact) =>
    sceneWith({ beliefs: new Map([[HOSTILE, [0.1, 0.9]]]), isExact }).byId.get(HOSTILE).rows[0].number;
  assert.deepEqual([number(true), number(false), number(undefined)], ["0.1000", "≈0.1000", "0.1000"]);
});

test("beliefs of other states than the variable has are not shown", () => {
  const short = new Map([[HOSTILE, [1]]]);
  const { rows } = sceneWith({ beliefs: short, twins: short }).byId.get(HOSTILE);
  assert.deepEqual(rows.map(({ belief, twin }) => [belief, twin]), [[0.25, null], [0.75, null]]);
});

test("a twin has a bar and a number of its own, the gap is marked, and both are read out", () => {
  const node = sceneWith({ twins: new Map([[HOSTILE, [0.16, 0.84]]]) }).byId.get(HOSTILE);
  const tree = nodeTree(node);
  assert.equal(node.aria, "Rain: no 0.2500 (loopy ≈0.1600), yes 0.7500 (loopy ≈0.8400)");
  assert.equal(classes(tree).filter((name) => name === "twin").length, 2);
  assert.equal(classes(tree).filter((name) => name === "gap").length, 2);
  assert.ok(texts([tree]).includes("≈0.8400"));
});

test("where the two beliefs agree no gap is marked", () => {
  const node = sceneWith({ twins: new Map([[HOSTILE, [0.25, 0.75]]]) }).byId.get(HOSTILE);
  assert.ok(!classes(nodeTree(node)).includes("gap"));
});

test("a click on a row of a card with twins meets the state that is drawn there", () => {
  const scene = sceneWith({ twins: new Map([[HOSTILE, [0.16, 0.84]]]) });
  const { y, height, rowHeight } = scene.byId.get(HOSTILE);
  const at = (row) => hit(scene, { x: 20, y: y - height / 2 + 36 + rowHeight * (row + 0.5) });
  assert.deepEqual([at(0).index, at(1).index], [0, 1]);
});

test("a message is a strip with a bar for each state; what was not sent is not drawn", () => {
  const { overlay } = sceneWith({ edges: [edge("f1", "wet", { toVariable: [0.2, 0.8] })] });
  assert.deepEqual(overlay.strips.map(({ shares }) => shares), [[0.2, 0.8]]);
  assert.equal(overlay.strips[0].title, "f1 → Wet\nno  0.2000\nyes  0.8000");
});

test("both messages of an edge are told apart by the way they go", () => {
  const { overlay } = sceneWith({ edges: [edge("f1", "wet", { toVariable: [0.2, 0.8], toFactor: [0.5, 0.5] })] });
  assert.deepEqual(overlay.strips.map(({ tip }) => tip.y), [1, -1]);
  assert.deepEqual(overlay.strips.map(({ title }) => title.split("\n")[0]), ["f1 → Wet", "Wet → f1"]);
});

test("of many states the most probable are drawn, in their own order, and that is said", () => {
  const message = LONG.map((_, index) => (index + 1) / 45);
  const [strip] = sceneWith({ edges: [edge("f2", "long", { toVariable: message })] }).overlay.strips;
  assert.deepEqual(strip.shares, message.slice(3));
  assert.equal(strip.hint, "6 of 9");
  assert.ok(strip.title.includes("s0"), "the tooltip has them all");
});

test("a message about other states than the variable has is not drawn", () => {
  const toVariable = [1];
  const { overlay } = sceneWith({ edges: [edge("f1", "wet", { toVariable }), edge("gone", "wet", { toVariable })] });
  assert.deepEqual(overlay.strips, []);
});

test("from far away there are no strips", () => {
  const overlay = { edges: [edge("f1", "wet", { toVariable: [0.2, 0.8] })] };
  const count = (level) => sceneWith(overlay, undefined, { level }).overlay.strips.length;
  assert.deepEqual(["full", "mid", "far", "dot"].map(count), [1, 1, 0, 0]);
});

test("the message that is being sent stands out, and so do those it was made of", () => {
  const both = { toVariable: [0.2, 0.8], toFactor: [0.5, 0.5] };
  const emphases = (edges) => sceneWith({ edges }).overlay.strips.map(({ emphasis }) => emphasis);
  const toVariable = [edge("f1", HOSTILE, { ...both, look: "input" }), edge("f1", "wet", { ...both, look: "current" })];
  assert.deepEqual(emphases(toVariable), ["", "input", "current", ""]);
  const toFactor = [edge("f1", HOSTILE, { ...both, look: "input" }), edge("f2", HOSTILE, { ...both, look: "current" })];
  assert.deepEqual(emphases(toFactor), ["input", "", "", "current"]);
  assert.deepEqual(emphases([edge("f1", "wet", { ...both, look: "current", direction: "toFactor" })]), ["", "current"]);
});

test("every look of an edge is drawn, no two alike but for their colour", () => {
  const bare = [...EDGE_LOOKS.keys()].map((look) => {
    const [first] = sceneWith({ edges: [edge("f1", HOSTILE, { look })] }).edges;
    const tree = edgeTree(first);
    assert.ok(tree.attributes.class.includes(`look-${look}`));
    return JSON.stringify(tree.children).replace(/"class":"[^"]*"/g, "");
  });
  assert.equal(new Set(bare).size, EDGE_LOOKS.size);
});

test("every look of a node is drawn, no two alike but for their colour", () => {
  const bare = [...NODE_LOOKS.keys()].map((look) => {
    const tree = nodeTree(sceneWith({ nodes: [{ id: "wet", look, note: "" }] }).byId.get("wet"));
    assert.ok(tree.attributes.class.includes(`look-${look}`));
    const fading = tree.attributes.class.includes("faded");
    const drawn = tree.children.filter(({ attributes }) => attributes.class !== "ring");
    return fading + JSON.stringify(drawn).replace(/tint-\w+/g, "");
  });
  assert.equal(new Set(bare).size, NODE_LOOKS.size);
});

test("a look that nobody knows is none", () => {
  const nodes = [{ id: "wet", look: "constructor", note: "" }];
  const scene = sceneWith({ nodes, edges: [edge("f1", "wet", { look: "toString" })] });
  assert.ok(!classes(nodeTree(scene.byId.get("wet"))).some((name) => name.includes("looked")));
  assert.equal(edgeTree(scene.edges[1]).attributes.class, "edge");
});

test("a cut edge has a gap", () => {
  const [first] = sceneWith({ edges: [edge("f1", HOSTILE, { look: "cut" })] }).edges;
  const line = elements(edgeTree(first)).find(({ attributes }) => attributes.class === "look-line");
  const [before, gap] = line.attributes["stroke-dasharray"].split(" ").map(Number);
  assert.ok(before > 20 && gap > 3);
});

test("notes are shown as they are, hidden characters as escapes, and are read out", () => {
  const note = "</text><b>\u202e";
  const scene = sceneWith({ nodes: [{ id: "wet", look: "", note }], edges: [edge("f1", "wet", { note })] });
  const shown = "</text><b>\\u202e";
  assert.ok(texts([nodeTree(scene.byId.get("wet"))]).includes(shown));
  assert.ok(texts(front(scene)).includes(shown));
  assert.ok(scene.byId.get("wet").aria.endsWith(`; ${shown}`));
});

test("rows keep their place in the tree when a look or a twin comes", () => {
  const places = (overlay) => nodeTree(sceneWith(overlay).byId.get(HOSTILE)).children
    .flatMap(({ attributes }, place) => ("data-state" in attributes ? [place] : []));
  const looked = { nodes: [{ id: HOSTILE, look: "loop", note: "x" }], twins: new Map([[HOSTILE, [0.5, 0.5]]]) };
  assert.deepEqual(places(looked), places(null));
});

test("links join variables in two styles, groups have a hull and a title", () => {
  const links = [...LINK_LOOKS.keys()].map((look) => ({ from: HOSTILE, to: "wet", look }));
  const groups = [
    { ids: [HOSTILE, "wet"], look: "clique", title: "A & <b>" }, { ids: ["wet"], look: "current", title: "" },
  ];
  const scene = sceneWith({ links, groups });
  const lines = behindItems(scene.overlay).map(({ tree }) => elements(tree).at(-1).attributes["stroke-dasharray"]);
  assert.equal(new Set(lines.slice(2)).size, 2);
  assert.deepEqual(texts(front(scene)), ["A & <b>"]);
  assert.equal(scene.overlay.groups.length, 2);
});

test("links and groups of nodes that are gone are left out", () => {
  const { overlay } = sceneWith({
    links: [{ from: HOSTILE, to: "gone", look: "fill" }], groups: [{ ids: ["gone"], look: "clique", title: "x" }],
  });
  assert.deepEqual([overlay.links, overlay.groups], [[], []]);
});

test("while a node is to be picked the others stand back", () => {
  const aside = (only) => sceneWith(null, undefined, { pick: { only } }).nodes
    .filter(({ isAside }) => isAside).map(({ id }) => id);
  assert.deepEqual(aside("variables"), ["f1", "f2"]);
  assert.deepEqual(aside("factors"), [HOSTILE, "wet", "long"]);
  assert.deepEqual(aside("any"), []);
});

test("a pick is the whole node, or nothing", () => {
  const scene = sceneWith(null);
  const wanted = (id) => isPickable(id, { only: "variables" }, DRAWING);
  assert.deepEqual(picked(scene, { x: 0, y: 10 }, wanted), { part: "pick", id: HOSTILE });
  assert.deepEqual(picked(scene, { x: 0, y: 150 }, wanted), { part: "pick", id: null });
  assert.deepEqual(picked(scene, { x: -900, y: 0 }, wanted), { part: "pick", id: null });
});

test("a press on a node to be picked picks it, a drag pans, and nothing else happens", () => {
  const event = (type, x) => ({
    type, pointer: 1, button: 0, isTouch: false, screen: { x, y: 0 }, canvas: { x, y: 0 }, time: 0,
    target: { part: "pick", id: "wet" }, keys: { shift: false, ctrl: false, alt: false, space: false },
  });
  const effects = (...events) => {
    let state = IDLE;
    return events.flatMap((one) => {
      const next = step(state, one);
      state = next.state;
      return next.effects.map(({ type }) => type);
    });
  };
  assert.deepEqual(effects(event("down", 0), event("up", 0)), ["stop_hold", "pick"]);
  assert.deepEqual(effects(event("down", 0), event("up", 0), event("down", 0), event("up", 0)),
    ["stop_hold", "pick", "stop_hold", "pick"]);
  assert.deepEqual(effects(event("down", 0), event("move", 30), event("up", 30)), ["stop_hold", "pan"]);
});
