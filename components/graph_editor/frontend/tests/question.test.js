/** Questions to Python: the newest answer counts, long ones are polled and can be stopped. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createQuestion } from "../study/question.js";

/** A store whose requests are answered by hand. */
function fakeStore() {
  const said = [];
  return {
    said,
    request: (command) => new Promise((resolve, reject) => said.push({ command, resolve, reject })),
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const atOnce = (callback) => setTimeout(callback, 0);

function asked() {
  const store = fakeStore();
  let drawn = 0;
  const question = createQuestion(store, "why", () => { drawn += 1; }, atOnce);
  return { store, question, drawn: () => drawn };
}

test("an answer that comes at once", async () => {
  const { store, question, drawn } = asked();
  question.ask({ target: "rain" });
  assert.deepEqual(store.said[0].command, { target: "rain", type: "ask", about: "why" });
  assert.equal(question.now.isAsking, true);
  store.said[0].resolve({ answer: { x: 1 } });
  await settled();
  assert.deepEqual(question.now.reply, { x: 1 });
  assert.equal(question.now.isAsking, false);
  assert.ok(drawn() >= 2);
});

test("a long question is polled until it is answered", async () => {
  const { store, question } = asked();
  question.ask();
  store.said[0].resolve({ job: "j", done: 2, all: 9 });
  await settled();
  await settled();
  assert.deepEqual([question.now.done, question.now.all], [2, 9]);
  assert.deepEqual(store.said[1].command, { type: "poll", job: "j" });
  store.said[1].resolve({ answer: { x: 3 } });
  await settled();
  assert.deepEqual(question.now.reply, { x: 3 });
});

test("an answer to an older question is dropped, and the old one is shown meanwhile", async () => {
  const { store, question } = asked();
  question.ask({ k: 1 });
  store.said[0].resolve({ answer: { k: 1 } });
  await settled();
  question.ask({ k: 2 });
  question.ask({ k: 3 });
  store.said[1].resolve({ answer: { k: 2 } });
  await settled();
  assert.deepEqual(question.now.reply, { k: 1 });
  store.said[2].resolve({ answer: { k: 3 } });
  await settled();
  assert.deepEqual(question.now.reply, { k: 3 });
});

test("a question is long once it is a job, counted or not; an answer about something else goes when it is stopped", async () => {
  const { store, question } = asked();
  question.ask();
  assert.equal(question.now.isLong, false);
  store.said[0].resolve({ answer: { x: 1 } });
  await settled();
  question.ask();
  store.said[1].resolve({ job: "j", done: 0, all: 0 });
  await settled();
  assert.deepEqual([question.now.isLong, question.now.reply], [true, { x: 1 }]);
  question.cancel();
  assert.deepEqual([question.now.isLong, question.now.reply], [false, null]);
});

test("a question that takes long is stopped when another one is asked", async () => {
  const { store, question } = asked();
  question.ask();
  question.ask();
  store.said[0].resolve({ job: "old", done: 0, all: 5 });
  await settled();
  assert.deepEqual(store.said.at(-1).command, { type: "cancel", job: "old" });
});

test("a refusal is shown, cancelling says so to Python", async () => {
  const { store, question } = asked();
  question.ask();
  store.said[0].reject(new Error("it has loops"));
  await settled();
  assert.equal(question.now.refusal, "it has loops");
  question.ask();
  store.said[1].resolve({ job: "j", done: 0, all: 5 });
  await settled();
  question.cancel();
  assert.deepEqual(store.said.at(-1).command, { type: "cancel", job: "j" });
  assert.equal(question.now.isAsking, false);
  assert.match(question.now.refusal, /^Stopped/);
});
