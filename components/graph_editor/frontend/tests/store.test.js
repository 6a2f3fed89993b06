import assert from "node:assert/strict";
import { test } from "node:test";

import { fakePython, settled } from "./fakes.js";
import { idsOf, numbersOf, setUp, variable } from "./talk.js";

test("a command is shown at once and said at the end of the tick", async () => {
  const { store, spoken } = setUp();
  store.dispatch(variable("x1"));
  assert.deepEqual(idsOf(store), ["x1"]);
  assert.equal(spoken.length, 0);
  await settled();
  assert.deepEqual(spoken[0].commands, [{ ...variable("x1"), n: 1 }]);
  assert.deepEqual(spoken[0].have, {});
  assert.ok(Number.isInteger(spoken[0].page) && spoken[0].page > 0);
});

test("a burst in one tick is said once, whole; later ticks repeat what was not acknowledged", async () => {
  const { store, spoken, last } = setUp();
  for (const id of ["x1", "x2", "x3"]) store.dispatch(variable(id));
  await settled();
  assert.equal(spoken.length, 1);
  store.dispatch(variable("x4"));
  await settled();
  assert.equal(spoken.length, 2);
  assert.deepEqual(numbersOf(last()), [1, 2, 3, 4]);
});

test("acknowledged commands are said no more; the others are applied to what Python has", async () => {
  const { store, last, nextTick } = setUp();
  const python = fakePython();
  store.receive(python.payload());
  store.dispatch(variable("x1"));
  await settled();
  const answer = python.answer(last());
  store.dispatch(variable("x2"));
  store.receive(answer);
  await nextTick();
  assert.deepEqual(idsOf(store), ["x1", "x2"]);
  assert.deepEqual(numbersOf(last()), [2]);
  assert.deepEqual(store.state().pending.map(({ n }) => n), [2]);
  assert.deepEqual(last().have, answer.revisions);
});

test("a payload that never arrives is made up for by the next one", async () => {
  const { store, last, nextTick } = setUp();
  const python = fakePython();
  store.receive(python.payload());
  store.dispatch(variable("x1"));
  await settled();
  python.answer(last()); // lost
  store.dispatch(variable("x2"));
  await settled();
  assert.deepEqual(numbersOf(last()), [1, 2]);
  store.receive(python.answer(last()));
  await nextTick();
  assert.deepEqual(idsOf(store), ["x1", "x2"]);
  assert.deepEqual(store.state().pending, []);
  assert.equal(python.commands().length, 2);
});

test("a payload that comes late, after a newer one, changes nothing", async () => {
  const { store, last } = setUp();
  const python = fakePython();
  store.receive(python.payload());
  store.dispatch(variable("x1"));
  await settled();
  const old = python.answer(last());
  store.dispatch(variable("x2"));
  await settled();
  store.receive(python.answer(last()));
  const before = store.state().drawing;
  store.receive(old);
  assert.deepEqual(store.state().drawing, before);
  assert.deepEqual(store.state().pending, []);
});

test("an acknowledgement for another page is not ours", async () => {
  const { store, last } = setUp();
  const python = fakePython();
  python.hear({ page: 99, have: {}, commands: [{ ...variable("x9"), n: 7 }] });
  store.dispatch(variable("x1"));
  store.receive(python.payload());
  assert.equal(store.state().pending.length, 1);
  await settled();
  assert.deepEqual(numbersOf(last()), [1]);
});

test("sections that were not sent are asked for, once", async () => {
  const { store, spoken, nextTick } = setUp();
  const python = fakePython();
  python.hear({ page: 99, have: {}, commands: [{ ...variable("x9"), n: 1 }] });
  const { sections, ...rest } = python.payload();
  const partial = { ...rest, sections: { layout: sections.layout } };
  store.receive(partial);
  await settled();
  assert.equal(spoken.length, 0, "nothing is said in the tick in which a payload is received");
  await nextTick();
  assert.equal(spoken.length, 1);
  store.receive(partial);
  await nextTick();
  assert.equal(spoken.length, 1);
  store.receive(python.answer(spoken[0]));
  assert.deepEqual(idsOf(store), ["x9"]);
  store.receive(partial);
  await nextTick();
  assert.equal(spoken.length, 1);
});

test("unchanged sections are kept, and so are the parts of the drawing", async () => {
  const { store, last } = setUp();
  const python = fakePython();
  store.dispatch(variable("x1"));
  await settled();
  store.receive(python.answer(last()));
  const { variables } = store.state().drawing;
  const { revisions } = python.payload();
  store.receive({ session: "s1", page: last().page, acked: 1, revisions, sections: {}, replies: [] });
  assert.equal(store.state().drawing.variables, variables);
});

test("a request is answered with its reply", async () => {
  const { store, last } = setUp();
  const python = fakePython();
  const answer = store.request({ type: "ask" });
  await settled();
  store.receive(python.answer(last()));
  assert.equal((await answer).message, "most probable");
});

test("a refused request fails with the problems; one whose answer got lost fails, too", async () => {
  const { store, last } = setUp();
  const python = fakePython();
  python.refuses.add("save");
  const refused = store.request({ type: "save", format: "bif" });
  await settled();
  store.receive(python.answer(last()));
  await assert.rejects(refused, (error) => error.message === "No: Stop" && error.problems[0].what === "No");
  const lost = store.request({ type: "ask" });
  await settled();
  store.receive({ ...python.answer(last()), replies: [] });
  await assert.rejects(lost, /No answer came/);
});

test("a refused command disappears from the drawing and the record, and its problems are shown", async () => {
  const { store, last } = setUp();
  const python = fakePython();
  store.receive(python.payload());
  python.refuses.add("rename");
  store.dispatch(variable("x1"));
  store.dispatch({ type: "rename", id: "x1", name: "Rain" });
  assert.equal(store.state().drawing.variables.get("x1").name, "Rain");
  await settled();
  store.receive(python.answer(last()));
  assert.equal(store.state().drawing.variables.get("x1").name, "");
  assert.deepEqual(store.state().refused, [{ where: "", what: "No", remedy: "Stop" }]);
  assert.deepEqual(store.record().commands, [variable("x1")]);
  store.dispatch(variable("x2"));
  await settled();
  store.receive(python.answer(last()));
  assert.equal(store.state().refused, null);
});

test("how far beliefs moved is told for those that moved visibly", () => {
  const { store } = setUp();
  const payload = (revision, values) => ({
    session: "s",
    page: null,
    acked: 0,
    revisions: { beliefs: revision },
    sections: { beliefs: { values } },
    replies: [],
  });
  store.receive(payload("b1", [["a", [0.5, 0.5]], ["__proto__", [0.2, 0.8]], ["c", [1]], ["d", [0.3, 0.7]]]));
  assert.equal(store.state().changed.size, 0);
  const after = [["a", [0.5004, 0.4996]], ["__proto__", [0.25, 0.75]], ["c", [0.5, 0.5]], ["e", [1]]];
  store.receive(payload("b2", after));
  assert.deepEqual([...store.state().changed.keys()], ["__proto__"]);
  assert.ok(Math.abs(store.state().changed.get("__proto__")[0] - 0.05) < 1e-12);
});

test("listeners hear of many changes once per frame, with the state they heard of before", () => {
  const { store, frame } = setUp();
  const heard = [];
  const start = store.state();
  const stop = store.subscribe((state, previous) => heard.push([state, previous]));
  store.dispatch(variable("x1"));
  store.dispatch(variable("x2"));
  store.setUi({ focus: "x2" });
  assert.equal(heard.length, 0);
  frame();
  assert.equal(heard.length, 1);
  assert.equal(heard[0][0], store.state());
  assert.equal(heard[0][1], start);
  store.setUi({ focus: "x1" });
  store.flush();
  assert.equal(heard.length, 2);
  frame();
  assert.equal(heard.length, 2, "nothing new in the frame after a flush");
  stop();
  store.setUi({ focus: null });
  frame();
  assert.equal(heard.length, 2);
});

test("an update of the page that changes nothing is not told", () => {
  const { store, frame } = setUp();
  let count = 0;
  store.subscribe(() => (count += 1));
  store.setUi({ save: "saved", gallery: false });
  frame();
  assert.equal(count, 0);
});

test("what vanishes is selected no more", () => {
  const { store } = setUp();
  store.dispatch(variable("__proto__"));
  store.dispatch(variable("x2"));
  store.setUi({ selection: new Set(["__proto__", "x2"]), focus: "__proto__" });
  assert.equal(store.state().ui.selection.size, 2);
  store.dispatch({ type: "delete", ids: ["__proto__"] });
  assert.deepEqual([...store.state().ui.selection], ["x2"]);
  assert.equal(store.state().ui.focus, null);
});

test("Python counts as lost when it does not answer for ten seconds, and as found when it does", async () => {
  const { store, clock, last } = setUp();
  const python = fakePython();
  assert.equal(store.state().connected, false);
  store.receive(python.payload());
  assert.equal(store.state().connected, true);
  await clock.advance(60_000);
  assert.equal(store.state().connected, true, "nothing was asked");
  store.dispatch(variable("x1"));
  await clock.advance(9_999);
  assert.equal(store.state().connected, true);
  await clock.advance(1);
  assert.equal(store.state().connected, false);
  store.receive(python.answer(last()));
  assert.equal(store.state().connected, true);
  await clock.advance(60_000);
  assert.equal(store.state().connected, true);
});

test("a log that cannot be read at all is shown as refused", () => {
  const { store } = setUp();
  const refused = [{ where: "", what: "unreadable", remedy: "reload the page" }];
  store.receive({ ...fakePython().payload(), replies: [{ n: 0, refused }] });
  assert.deepEqual(store.state().refused, refused);
});

const OBSERVE = { type: "observe", id: "x1", observation: { state: "yes" } };

test("what changes beliefs is drawn with the answer, or after a moment without one", async () => {
  const { store, frame, clock, last } = setUp();
  const python = fakePython();
  let heard = 0;
  store.subscribe(() => (heard += 1));
  store.dispatch(OBSERVE);
  frame();
  assert.equal(heard, 0);
  await settled();
  store.receive(python.answer(last()));
  frame();
  assert.equal(heard, 1);
  store.dispatch(OBSERVE);
  await clock.advance(59);
  frame();
  assert.equal(heard, 1);
  await clock.advance(1);
  frame();
  assert.equal(heard, 2);
});

test("what changes the drawing is drawn in the very next frame", () => {
  const { store, frame } = setUp();
  let heard = 0;
  store.subscribe(() => (heard += 1));
  store.dispatch(variable("x1"));
  frame();
  assert.equal(heard, 1);
});

/** As a click on a state: what is there is taken away, what is not there is added. */
const toggling = ({ variables }) => (variables.has("x1") ? { type: "delete", ids: ["x1"] } : variable("x1"));

test("a decision that an undo may change is taken with its answer, and what follows stays behind it", async () => {
  const { store, last, nextTick } = setUp();
  const python = fakePython();
  store.dispatch(variable("x1"));
  await settled();
  store.receive(python.answer(last()));
  store.dispatch({ type: "undo" });
  store.decide(toggling);
  store.dispatch({ type: "redo" });
  const answer = store.request({ type: "ask" });
  await settled();
  assert.deepEqual(last().commands.map(({ type }) => type), ["undo"]);
  store.receive(python.answer(last()));
  await nextTick();
  assert.deepEqual(last().commands.map(({ type }) => type), ["add_variable", "redo", "ask"]);
  store.receive(python.answer(last()));
  assert.equal((await answer).message, "most probable");
});

test("a decision about a drawing that is being left is taken at once", async () => {
  const { store } = setUp();
  const { record } = store;
  store.dispatch({ type: "undo" });
  store.decide(toggling);
  assert.deepEqual(idsOf(store), []);
  store.restore(record());
  assert.deepEqual(idsOf(store), ["x1"]);
});
