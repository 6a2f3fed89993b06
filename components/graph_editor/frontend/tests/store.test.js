import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore } from "../store.js";
import { fakeClock, fakePython, settled } from "./fakes.js";

/** A store whose words are collected, with frames and timers that the test decides about. */
function setUp() {
  const spoken = [];
  const frames = [];
  const clock = fakeClock();
  const laters = [];
  let seed = 0;
  const store = createStore({
    speak: (log) => spoken.push(structuredClone(log)),
    random: () => (seed += 0.001),
    schedule: (callback) => frames.push(callback),
    later: (callback) => laters.push(callback),
    ...clock,
  });
  const frame = () => frames.splice(0).forEach((callback) => callback());
  const nextTick = async () => {
    laters.splice(0).forEach((callback) => callback());
    await settled();
  };
  return { store, spoken, frame, nextTick, clock, last: () => spoken.at(-1) };
}

const variable = (id, x = 0) => ({ type: "add_variable", id, name: "", states: ["no", "yes"], x, y: 0 });
const idsOf = (store) => [...store.state().drawing.variables.keys()];
const numbersOf = (log) => log.commands.map(({ n }) => n);

test("a command is shown at once and said at the end of the tick", async () => {
  const { store, spoken } = setUp();
  assert.equal(store.dispatch(variable("x1")), 1);
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
  store.receive(partial);
  assert.equal(spoken.length, 0, "nothing is said while a payload is received");
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
  const answer = store.request({ type: "explain" });
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
  const lost = store.request({ type: "explain" });
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

test("a new Python session is told everything, under a new page number, in the middle of a burst", async () => {
  const { store, last, nextTick } = setUp();
  const first = fakePython("s1");
  store.receive(first.payload());
  store.dispatch(variable("x1"));
  await settled();
  store.receive(first.answer(last()));
  store.dispatch(variable("x2"));
  const explanation = store.request({ type: "explain" });
  await settled();
  const [oldPage, lostLog] = [last().page, last()];
  const second = fakePython("s2");
  second.hear(lostLog); // the log reaches a Python that does not know the drawing
  store.dispatch(variable("x3"));
  store.receive(second.payload());
  assert.deepEqual(idsOf(store), ["x1", "x2", "x3"], "the drawing stays as it is");
  await nextTick();
  assert.notEqual(last().page, oldPage);
  assert.deepEqual(last().have, {});
  assert.deepEqual(numbersOf(last()), [1, 2]);
  assert.deepEqual(last().commands[0], {
    n: 1,
    type: "restore",
    base: { sample: "sprinkler" },
    commands: [variable("x1"), variable("x2"), variable("x3")],
  });
  store.dispatch(variable("x4"));
  store.receive(second.payload()); // still from before
  assert.deepEqual(idsOf(store), ["x1", "x2", "x3", "x4"]);
  await nextTick();
  store.receive(second.answer(last()));
  assert.deepEqual(idsOf(store), ["x1", "x2", "x3", "x4"]);
  assert.deepEqual(store.state().pending, []);
  assert.equal((await explanation).message, "most probable");
  assert.deepEqual(second.commands().map(({ id }) => id), ["x1", "x2", "x3", "x4"]);
});

test("a new session is told nothing by somebody who has changed nothing", async () => {
  const { store, spoken, nextTick } = setUp();
  store.receive(fakePython("s1").payload());
  store.receive(fakePython("s2").payload());
  await nextTick();
  assert.deepEqual(spoken, []);
  assert.ok(store.isPristine());
});

test("a stored record is restored, and nothing of the start is shown in between", async () => {
  const { store, last, nextTick } = setUp();
  const python = fakePython();
  store.receive(python.payload());
  const record = { base: { text: JSON.stringify([variable("x1")]) }, commands: [variable("x2")] };
  store.restore(record);
  store.dispatch(variable("x3"));
  await nextTick();
  assert.deepEqual(last().commands.map(({ type }) => type), ["restore", "add_variable"]);
  store.receive(python.answer(last()));
  assert.deepEqual(idsOf(store), ["x1", "x2", "x3"]);
  assert.deepEqual(store.record(), { base: record.base, commands: [variable("x2"), variable("x3")] });
});

test("undo, settings and opened files are part of the record, questions are not", async () => {
  const { store } = setUp();
  const file = { type: "open", source: "file", name: "a.json", base64: "e30=" };
  const method = { type: "set_method", method: "bp" };
  const commands = [file, variable("x1"), { type: "undo" }, { type: "redo" }, method];
  commands.forEach(store.dispatch);
  store.request({ type: "explain" }).catch(() => {});
  assert.deepEqual(store.record().commands, commands);
});

test("a long record is cut: the document as Python writes it, and what came after", async () => {
  const { store, last, nextTick } = setUp();
  const python = fakePython();
  store.receive(python.payload());
  for (let i = 1; i <= 401; i += 1) store.dispatch(variable(`x${i}`));
  await settled();
  assert.equal(last().commands.at(-1).type, "save");
  const answer = python.answer(last());
  store.dispatch(variable("after"));
  store.receive(answer);
  await nextTick();
  const { base, commands } = store.record();
  assert.equal(JSON.parse(base.text).length, 401);
  assert.deepEqual(commands, [variable("after")]);
});

test("after a cut, undo cannot reach behind the record: it is cut again", async () => {
  const { store, last, nextTick } = setUp();
  const python = fakePython();
  store.receive(python.payload());
  for (let i = 1; i <= 401; i += 1) store.dispatch(variable(`x${i}`));
  await settled();
  store.receive(python.answer(last()));
  await nextTick();
  store.dispatch({ type: "undo" });
  store.dispatch({ type: "undo" });
  await settled();
  store.receive(python.answer(last()));
  await nextTick();
  store.receive(python.answer(last()));
  await nextTick();
  assert.equal(JSON.parse(store.record().base.text).length, 399);
  assert.deepEqual(store.record().commands, []);
});

test("a record that cannot be cut, since the document cannot be written, is kept whole", async () => {
  const { store, last, nextTick, spoken } = setUp();
  const python = fakePython();
  python.refuses.add("save");
  store.receive(python.payload());
  for (let i = 1; i <= 401; i += 1) store.dispatch(variable(`x${i}`));
  await settled();
  store.receive(python.answer(last()));
  await nextTick();
  assert.equal(store.record().commands.length, 401);
  assert.equal(store.state().refused, null, "nobody asked for it");
  const said = spoken.length;
  store.dispatch(variable("after"));
  await settled();
  assert.equal(spoken.length, said + 1);
  assert.deepEqual(last().commands.map(({ type }) => type), ["add_variable"]);
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

test("a record that Python cannot rebuild is given up: what follows belongs to the start", async () => {
  const { store, last, nextTick } = setUp();
  const python = fakePython();
  python.refuses.add("restore");
  store.receive(python.payload());
  store.restore({ base: { text: "too large" }, commands: [variable("lost")] });
  store.dispatch(variable("x1"));
  await nextTick();
  store.receive(python.answer(last()));
  assert.deepEqual(idsOf(store), ["x1"]);
  assert.equal(store.state().refused[0].what, "No");
  assert.deepEqual(store.record(), { base: { sample: "sprinkler" }, commands: [variable("x1")] });
  assert.equal(store.replacements(), 1, "another drawing than the one that was to be restored");
});

test("a log that cannot be read at all is shown as refused", () => {
  const { store } = setUp();
  const refused = [{ where: "", what: "unreadable", remedy: "reload the page" }];
  store.receive({ ...fakePython().payload(), replies: [{ n: 0, refused }] });
  assert.deepEqual(store.state().refused, refused);
});
