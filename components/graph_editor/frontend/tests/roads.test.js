/** Variable elimination and the junction tree on the drawing, on small runs as Python writes them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { layoutOf, treeAfter } from "../study/clique_tree.js";
import { overlayOf } from "../study/road_overlay.js";
import { conclusionsOf, readTrace } from "../study/trace.js";

const IDS = ["__proto__", "b", "c", "f", "g"];
const NO_RULE = ["", "", "", ""];
const TEXTS = [["words", NO_RULE, "τ₁"]];
const step = (n, kind, rest = {}) => ({ n, kind, phase: 0, from: null, to: null, text: 0, ...rest });

function trace(algorithm, steps, changes = {}) {
  return readTrace({
    algorithm, schedule: "", is_exact: true, status: "exact", taken: steps.length, is_part: false, is_cut: false,
    summary: [], nodes: IDS, phases: ["all"], texts: TEXTS, steps,
    variables: IDS.slice(0, 3).map((id) => ({ id, name: id.toUpperCase(), states: ["no", "yes"] })),
    tables: [
      { name: "f", node: 3, scope: [0, 1], values: [1, 2, 3, 4] },
      { name: "g", node: 4, scope: [1, 2], values: [1, 2, 3, 4] },
      { name: "observed", node: 2, scope: [2], values: [0, 1] },
    ],
    first: IDS.slice(0, 3).map((id) => [id, [0.5, 0.5]]), ...changes,
  });
}

/** c is seen, the first variable goes, b is what is asked for. */
const elimination = () => trace("elimination", [
  step(1, "observe", { from: 4, scope: [1], over: [2], inputs: [["t", 1], ["t", 2]], values: [2, 4] }),
  step(2, "eliminate", { scope: [1], over: [0], inputs: [["t", 0]], values: [4, 6], links: [[1, 2]] }),
  step(3, "belief", {
    to: 1, scope: [1], inputs: [["s", 0], ["s", 1]], values: [0.25, 0.75], scale: 32, beliefs: [[1, [0.25, 0.75]]],
  }),
]);

const looks = ({ nodes }) => new Map(nodes.map(({ id, look }) => [id, look]));

test("what is eliminated goes, with the tables that were multiplied, and links stay", () => {
  const run = elimination();
  assert.deepEqual(looks(overlayOf(run, 1, IDS)), new Map([["c", "current"], ["g", "source"]]));
  const now = overlayOf(run, 2, IDS);
  assert.deepEqual(looks(now), new Map([["f", "source"], ["__proto__", "current"]]));
  assert.deepEqual(now.groups, [{ ids: ["__proto__", "b"], look: "current", title: "τ₁(B)" }]);
  assert.deepEqual(now.links, [{ from: "b", to: "c", look: "fill" }]);
  const end = looks(overlayOf(run, 3, IDS));
  assert.equal(end.get("__proto__"), "eliminated");
  assert.equal(end.get("f"), "eliminated");
  assert.equal(end.get("b"), "current");
  assert.equal(end.get("g"), "source");
});

test("only the belief that was asked for is shown at the end, and only then as exact", () => {
  const run = elimination();
  assert.equal(overlayOf(run, 2, IDS).isExact, false);
  const end = overlayOf(run, 3, IDS);
  assert.equal(end.isExact, true);
  assert.deepEqual(end.beliefs, new Map([["b", [0.25, 0.75]]]));
  assert.deepEqual(conclusionsOf(run), end.beliefs);
  assert.equal(overlayOf(run, 0, IDS).nodes.length, 0);
});

test("what was left out before the first elimination stays dimmed", () => {
  const run = trace("elimination", [step(1, "barren", { scope: [2] }), step(2, "eliminate", { scope: [0] })]);
  assert.deepEqual(looks(overlayOf(run, 2, IDS)), new Map([["c", "dim"], ["__proto__", "current"]]));
  assert.deepEqual(overlayOf(run, 2, IDS).groups, [{ ids: ["__proto__"], look: "current", title: "τ₁" }]);
});

/** Two cliques that share b. */
const junctionTree = () => trace("junction_tree", [
  step(1, "moral_links", { from: 3, scope: [0, 1], links: [[0, 1]] }),
  step(2, "fill_in", { scope: [0, 1], links: [[1, 2]] }),
  step(3, "fill_in", { scope: [1, 2] }),
  step(4, "clique", { scope: [0, 1], neighbours: [1], inputs: [["t", 0]], values: [1, 2, 3, 4] }),
  step(5, "clique", { scope: [1, 2], neighbours: [2], inputs: [["t", 1]], values: [1, 2, 3, 4] }),
  step(6, "separator", { scope: [1], neighbours: [1, 2] }),
  step(7, "collect", {
    scope: [1], over: [2], neighbours: [2, 1], inputs: [["s", 4]], values: [3, 7],
    beliefs: [[0, [0.4, 0.6]], [1, [0.3, 0.7]]],
  }),
  step(8, "distribute", {
    scope: [1], over: [0], neighbours: [1, 2], inputs: [["s", 3]], values: [4, 6], beliefs: [[2, [0.2, 0.8]]],
  }),
]);

test("links arise with the moral and the triangulated graph, and make room for messages", () => {
  const run = junctionTree();
  assert.deepEqual(overlayOf(run, 1, IDS).links, [{ from: "__proto__", to: "b", look: "moral" }]);
  assert.deepEqual(overlayOf(run, 3, IDS).links.map(({ look }) => look), ["moral", "fill"]);
  assert.deepEqual(looks(overlayOf(run, 3, IDS)), new Map([["b", "current"], ["__proto__", "eliminated"]]));
  assert.deepEqual(overlayOf(run, 7, IDS).links, []);
});

test("cliques are hulls, and the two of a message stand out", () => {
  const run = junctionTree();
  const found = overlayOf(run, 5, IDS).groups;
  const titled = (groups) => groups.map(({ look, title }) => [look, title]);
  assert.deepEqual(titled(found), [["clique", "C1: __PROTO__, B"], ["current", "C2: B, C"]]);
  const message = overlayOf(run, 7, IDS);
  assert.deepEqual(titled(message.groups), [["current", "C1 hears"], ["current", "C2 tells"]]);
  assert.deepEqual(looks(message), new Map([["b", "path"]]));
});

test("bars are exact once every variable stands in a clique that has heard all", () => {
  const run = junctionTree();
  assert.deepEqual(overlayOf(run, 7, IDS).beliefs.get("__proto__"), [0.4, 0.6]);
  assert.equal(overlayOf(run, 7, IDS).isExact, false);
  assert.equal(overlayOf(run, 8, IDS).isExact, true);
});

test("the tree knows its root, the message on its way and who has heard all", () => {
  const run = junctionTree();
  assert.equal(treeAfter(run, 3).found.size, 0);
  const tree = treeAfter(run, 7);
  assert.deepEqual([tree.root, tree.message, [...tree.informed]], [1, [2, 1], [1]]);
  assert.ok(tree.links.every(tree.isJoined));
  assert.ok(!tree.links.some(treeAfter(run, 5).isJoined));
  assert.deepEqual([...treeAfter(run, 8).informed], [1, 2]);
});

test("a tree is laid out without two cliques in one place, children below their parent", () => {
  const links = [[1, 2], [1, 3], [3, 4], [5, 3]];
  const { places, across, down } = layoutOf([1, 2, 3, 4, 5, 6], links, 3);
  assert.deepEqual(places.get(3), { x: 1, y: 0 });
  assert.equal(new Set([...places.values()].map(({ x, y }) => `${x} ${y}`)).size, 6);
  assert.equal(places.get(2).y, 2);
  assert.deepEqual([across, down], [4, 3]);
});
