import assert from "node:assert/strict";
import { test } from "node:test";

import { fakePython, settled } from "./fakes.js";
import { idsOf, numbersOf, setUp, variable } from "./talk.js";

test("a new Python session is told everything, under a new page number, in the middle of a burst", async () => {
  const { store, last, nextTick } = setUp();
  const first = fakePython("s1");
  store.receive(first.payload());
  store.dispatch(variable("x1"));
  await settled();
  store.receive(first.answer(last()));
  store.dispatch(variable("x2"));
  const explanation = store.request({ type: "ask" });
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

test("what was not changed yet starts from the document of the new session", async () => {
  const { store } = setUp();
  store.receive(fakePython("s1").payload());
  const payload = fakePython("s2").payload();
  store.receive({ ...payload, sections: { ...payload.sections, origin: { id: "file:0", name: "", text: "{}" } } });
  store.dispatch(variable("x1"));
  assert.deepEqual(store.record().base, { text: "{}" });
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
  store.request({ type: "ask" }).catch(() => {});
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
