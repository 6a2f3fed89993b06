import assert from "node:assert/strict";
import { test } from "node:test";

import { apply, edgesOf, fragmentOf, freeId, fromDocument, fromSections, label } from "../document.js";

const NO_YES = ["no", "yes"];

function drawingOf(variables, factors = [], rest = {}) {
  return fromDocument({
    format: "mbml-graph",
    version: 1,
    name: "Test",
    variables: variables.map((id) => ({ id, domain: { type: "categorical", states: NO_YES } })),
    factors: factors.map(([id, kind, scope, parameters = {}]) => ({ id, kind, scope, parameters })),
    ...rest,
  });
}

const chain = () =>
  drawingOf(
    ["a", "b", "c"],
    [
      ["f1", "prior", ["a"], { probabilities: [0.5, 0.5] }],
      ["f2", "table", ["a", "b"], { values: [[1, 0], [0, 1]], child: "b" }],
      ["f3", "table", ["b", "c"], { values: [[1, 2], [3, 4]] }],
    ],
    {
      layout: { a: [0, 0], b: [100, 0], c: [200, 0], f1: [-50, 0], f2: [50, 0], f3: [150, 0] },
      evidence: { c: { state: "yes" } },
    },
  );

const shape = (drawing, id) => {
  const { kind, scope, child } = drawing.factors.get(id);
  return [kind, scope, child];
};

test("sections make a drawing; before they come it is empty", () => {
  const empty = fromSections({});
  assert.equal(empty.variables.size + empty.factors.size + empty.layout.size + empty.observed.size, 0);
  const graph = { name: "G", variables: [{ id: "__proto__", name: "", states: NO_YES }], factors: [] };
  const evidence = { observed: [["__proto__", { state: "no" }]], suspended: [] };
  const drawing = fromSections({ graph, layout: [["__proto__", 1, 2]], evidence });
  assert.deepEqual(drawing.layout.get("__proto__"), { x: 1, y: 2 });
  assert.deepEqual(drawing.observed.get("__proto__"), { state: "no" });
  assert.equal(drawing.name, "G");
  assert.equal(fromSections({ graph, layout: [], evidence }).variables, drawing.variables, "read once");
});

test("free ids are the smallest that neither variables nor factors have", () => {
  const drawing = drawingOf(["x1", "f1"], [["x2", "table", []], ["f3", "table", []]]);
  assert.equal(freeId(drawing, "x"), "x3");
  assert.equal(freeId(drawing, "f"), "f2");
  assert.equal(freeId(drawing, "x", new Set(["x3", "x4"])), "x5");
});

test("a node without a name shows its id", () => {
  assert.equal(label({ id: "x1", name: "" }), "x1");
  assert.equal(label({ id: "x1", name: "Rain" }), "Rain");
});

test("edges know their port and whether they lead to the child", () => {
  assert.deepEqual(edgesOf(chain()).slice(0, 3), [
    { factor: "f1", variable: "a", port: 0, isChild: true },
    { factor: "f2", variable: "a", port: 0, isChild: false },
    { factor: "f2", variable: "b", port: 1, isChild: true },
  ]);
});

test("applying changes nothing in the drawing before, and shares what stays", () => {
  const before = chain();
  const copy = structuredClone(before);
  const after = apply(before, { type: "move", positions: [["a", 5, 6]] });
  apply(before, { type: "delete", ids: ["a", "f3"] });
  apply(before, { type: "set_states", id: "c", states: ["p", "q", "r"], from: [0, null, 1] });
  assert.deepEqual(before, copy);
  assert.equal(after.variables, before.variables);
  assert.equal(after.factors, before.factors);
  assert.equal(after.layout.get("b"), before.layout.get("b"));
  assert.deepEqual(after.layout.get("a"), { x: 5, y: 6 });
});

test("commands that only Python can carry out leave the drawing as it is", () => {
  const before = chain();
  const history = ["undo", "redo", "open", "new", "restore"];
  const unheard = [...history, "arrange", "set_method", "save", "ask", "constructor"];
  for (const type of unheard) assert.equal(apply(before, { type }), before);
});

test("commands that Python will refuse leave the drawing as it is", () => {
  const before = chain();
  const refused = [
    { type: "add_variable", id: "f1", name: "", states: NO_YES, x: 0, y: 0 },
    { type: "add_factor", id: "f9", kind: "table", scope: ["a", "a"], x: 0, y: 0 },
    { type: "add_factor", id: "f9", kind: "prior", scope: ["a", "b"], x: 0, y: 0 },
    { type: "connect", factor: "f2", variable: "a" },
    { type: "connect", factor: "__proto__", variable: "a" },
    { type: "add_parent", parent: "a", child: "a", factor: "f9", x: 0, y: 0 },
    { type: "add_parent", parent: "a", child: "b", factor: "f9", x: 0, y: 0 },
    { type: "disconnect", factor: "f3", variable: "a" },
    { type: "delete", ids: ["a", "gone"] },
    { type: "rename", id: "gone", name: "x" },
    { type: "set_states", id: "a", states: ["no", "no"], from: [0, 1] },
    { type: "set_states", id: "a", states: NO_YES, from: [0, 0] },
    { type: "set_states", id: "a", states: [], from: [] },
    { type: "set_parameters", factor: "f2", kind: "table", child: "c", parameters: {} },
    { type: "set_scope", factor: "f2", scope: ["a", "a"] },
    { type: "move", positions: [["gone", 0, 0]] },
    { type: "observe", id: "a", observation: { state: "maybe" } },
    { type: "observe", id: "a", observation: { belief: [0.5, 0.4] } },
    { type: "observe_all", evidence: [["a", { state: "no" }], ["a", { state: "yes" }]] },
    { type: "retract", ids: ["gone"] },
    { type: "insert", document: { hello: 1 }, ids: [], dx: 0, dy: 0 },
  ];
  for (const command of refused) assert.equal(apply(before, command), before, JSON.stringify(command));
});

test("a batch is applied as a whole or not at all", () => {
  const before = chain();
  const good = { type: "rename", id: "a", name: "A" };
  const bad = { type: "rename", id: "gone", name: "B" };
  assert.equal(apply(before, { type: "batch", label: "", commands: [good] }).variables.get("a").name, "A");
  assert.equal(apply(before, { type: "batch", label: "", commands: [good, bad] }), before);
});

test("a factor that changes its shape waits for its numbers; new parameters end the waiting", () => {
  const connected = apply(chain(), { type: "connect", factor: "f3", variable: "a" });
  const { parameters, pending, entries } = connected.factors.get("f3");
  assert.deepEqual([parameters, pending, entries], [null, true, 8]);
  const parametersOf = { kind: "noisy_or", child: null, parameters: { probabilities: [1, 1] } };
  const set = { type: "set_parameters", factor: "f3", ...parametersOf };
  const settled = apply(connected, set).factors.get("f3");
  assert.deepEqual(settled.parameters, { probabilities: [1, 1] });
  assert.equal(settled.child, "a", "the default child");
  assert.ok(!settled.pending);
});

test("a new parent stands before the child, and turns a prior into a table", () => {
  const joined = apply(chain(), { type: "add_parent", parent: "c", child: "b", factor: "f9", x: 0, y: 0 });
  assert.deepEqual(shape(joined, "f2"), ["table", ["a", "c", "b"], "b"]);
  assert.ok(!joined.factors.has("f9"));
  const connected = apply(chain(), { type: "connect", factor: "f1", variable: "c" });
  assert.deepEqual(shape(connected, "f1"), ["table", ["c", "a"], "a"]);
  const drawn = apply(chain(), { type: "add_parent", parent: "a", child: "c", factor: "f9", x: 7, y: 8 });
  assert.deepEqual(shape(drawn, "f9"), ["table", ["a", "c"], "c"]);
  assert.deepEqual(drawn.layout.get("f9"), { x: 7, y: 8 });
});

test("a new child stands last", () => {
  const connected = apply(chain(), { type: "connect", factor: "f2", variable: "c", child: true });
  assert.deepEqual(shape(connected, "f2"), ["table", ["a", "b", "c"], "c"]);
});

test("a conditional without its child is a potential, without its parents a prior", () => {
  const disconnected = (variable) => shape(apply(chain(), { type: "disconnect", factor: "f2", variable }), "f2");
  assert.deepEqual(disconnected("b"), ["table", ["a"], null]);
  assert.deepEqual(disconnected("a"), ["prior", ["b"], "b"]);
});

test("structured kinds stay while they fit", () => {
  const gates = drawingOf(["a", "b", "c"], [["or", "any_true", ["a", "b"]], ["no", "not", ["a", "b"]]]);
  const connected = (factor) => shape(apply(gates, { type: "connect", factor, variable: "c" }), factor);
  assert.deepEqual(connected("or"), ["any_true", ["a", "c", "b"], "b"]);
  assert.deepEqual(connected("no"), ["table", ["a", "c", "b"], "b"]);
  const restated = apply(gates, { type: "set_states", id: "a", states: ["no", "yes", "?"], from: [0, 1, null] });
  assert.deepEqual(shape(restated, "or"), ["table", ["a", "b"], "b"]);
});

test("a deleted variable takes its conditional along, others lose an axis; evidence and places go", () => {
  const left = apply(chain(), { type: "delete", ids: ["b"] });
  assert.deepEqual([...left.factors.keys()], ["f1", "f3"]);
  assert.deepEqual(shape(left, "f3"), ["table", ["c"], null]);
  assert.deepEqual([...left.layout.keys()], ["a", "c", "f1", "f3"]);
  assert.equal(apply(chain(), { type: "delete", ids: ["c"] }).observed.size, 0);
  assert.ok(!apply(chain(), { type: "delete", ids: ["b", "c"] }).factors.has("f3"));
});

test("observations follow their states", () => {
  const restated = (observation) => {
    const seen = apply(chain(), { type: "observe", id: "a", observation });
    const change = { type: "set_states", id: "a", states: ["maybe", "nope"], from: [null, 0] };
    return apply(seen, change).observed.get("a");
  };
  assert.deepEqual(restated({ state: "no" }), { state: "nope" });
  assert.equal(restated({ state: "yes" }), undefined);
  assert.deepEqual(restated({ states: ["no", "yes"] }), { states: ["nope"] });
  assert.deepEqual(restated({ likelihood: [3, 1] }), { likelihood: [0, 3] });
  assert.deepEqual(restated({ belief: [0.25, 0.75] }), { belief: [0, 1] });
});

test("names of states may change without touching tables", () => {
  const before = chain();
  const after = apply(before, { type: "set_states", id: "a", states: ["off", "on"], from: [0, 1] });
  assert.equal(after.factors.get("f2"), before.factors.get("f2"));
  assert.deepEqual(after.variables.get("a").states, ["off", "on"]);
});

test("evidence is suspended and resumed, never both", () => {
  const off = apply(chain(), { type: "suspend", ids: ["c", "a"] });
  assert.deepEqual([...off.observed], []);
  assert.deepEqual([...off.suspended], [["c", { state: "yes" }]]);
  const again = apply(off, { type: "observe", id: "c", observation: { not: "no" } });
  assert.equal(again.suspended.size, 0);
  assert.deepEqual([...apply(off, { type: "resume", ids: ["c"] }).observed], [["c", { state: "yes" }]]);
  assert.equal(apply(off, { type: "observe_all", evidence: [] }).suspended.size, 0);
});

test("what was copied can be pasted under new ids", () => {
  const before = chain();
  const fragment = fragmentOf(before, ["b", "c", "f2", "f3"]);
  assert.deepEqual(fragment.factors.map(({ id }) => id), ["f3"], "f2 needs a variable that was not copied");
  const ids = [["b", "x1"], ["c", "x2"], ["f3", "f4"]];
  const clipboard = JSON.parse(JSON.stringify(fragment));
  const after = apply(before, { type: "insert", document: clipboard, ids, dx: 10, dy: 20 });
  assert.deepEqual(shape(after, "f4"), ["table", ["x1", "x2"], null]);
  assert.deepEqual(after.factors.get("f4").parameters, before.factors.get("f3").parameters);
  assert.deepEqual(after.layout.get("x1"), { x: 110, y: 20 });
  assert.deepEqual(after.observed.get("x2"), { state: "yes" });
  const taken = [["b", "x1"], ["c", "a"], ["f3", "f4"]];
  assert.equal(apply(before, { type: "insert", document: fragment, ids: taken, dx: 0, dy: 0 }), before);
  assert.equal(apply(before, { type: "insert", document: fragment, ids: ids.slice(1), dx: 0, dy: 0 }), before);
});

test("a factor whose numbers the browser does not know is not copied", () => {
  const connected = apply(chain(), { type: "connect", factor: "f3", variable: "a" });
  assert.deepEqual(fragmentOf(connected, ["a", "b", "c", "f3"]).factors, []);
});

test("hostile ids are ids like others", () => {
  const ids = ["__proto__", "constructor", "toString", "0", "a]b\"'"];
  const build = [
    ...ids.map((id, x) => ({ type: "add_variable", id, name: "", states: NO_YES, x, y: 0 })),
    { type: "add_factor", id: "hasOwnProperty", kind: "table", scope: ids, x: 0, y: 0 },
    { type: "observe", id: "__proto__", observation: { state: "yes" } },
    { type: "suspend", ids: ["__proto__"] },
    { type: "observe", id: "constructor", observation: { state: "no" } },
  ];
  const drawing = build.reduce(apply, fromSections({}));
  assert.deepEqual([...drawing.variables.keys()], ids);
  assert.equal(drawing.factors.get("hasOwnProperty").entries, 32);
  const text = JSON.stringify(fragmentOf(drawing, ids));
  const read = fromDocument(JSON.parse(text));
  assert.deepEqual(read.layout.get("__proto__"), { x: 0, y: 0 });
  assert.deepEqual([...read.suspended], [["__proto__", { state: "yes" }]]);
  assert.deepEqual([...read.observed], [["constructor", { state: "no" }]]);
  assert.equal({}.polluted, undefined);
  const gone = apply(drawing, { type: "delete", ids: ["__proto__"] });
  assert.equal(gone.suspended.size, 0);
  assert.deepEqual(gone.factors.get("hasOwnProperty").scope, ids.slice(1));
});

test("text that is no drawing is refused with a sentence", () => {
  const variable = { id: "a", domain: { states: NO_YES } };
  const base = { format: "mbml-graph", version: 1, variables: [variable], factors: [] };
  const bad = [
    null,
    [],
    { ...base, format: "other" },
    { ...base, version: 2 },
    { ...base, variables: "a" },
    { ...base, variables: [variable, variable] },
    { ...base, variables: [{ id: "a" }] },
    { ...base, factors: [{ id: "f", kind: "table", scope: ["gone"] }] },
    { ...base, factors: [{ id: "a", kind: "table", scope: [] }] },
    { ...base, layout: { a: [1] } },
    { ...base, evidence: { a: {} } },
  ];
  for (const json of bad) assert.throws(() => fromDocument(json), /^Error: [A-Z].*\.$/, JSON.stringify(json));
  assert.equal(fromDocument(base).variables.size, 1);
});
