/** The keyboard: which key is meant on which keyboard, and when it is none of ours. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { handleKey, keyFor, keyOf, SHORTCUTS } from "../keys.js";

const CANVAS = { classList: { contains: (name) => name === "mbml-canvas" } };

function press(key, { code = "", path = [CANVAS], ...modifiers } = {}) {
  const event = {
    key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false,
    defaultPrevented: false, isStopped: false, composedPath: () => path,
    preventDefault() { this.defaultPrevented = true; },
    stopPropagation() { this.isStopped = true; },
    ...modifiers,
  };
  return event;
}

function done(event, ui = {}, answer = true) {
  const calls = [];
  const call = (verb) => (...given) => {
    calls.push([verb, ...given]);
    return answer;
  };
  const verbs = new Proxy({}, { get: (_, verb) => call(verb) });
  handleKey(event, verbs, { help: false, dialog: null, connecting: null, ...ui });
  return calls;
}

test("no two shortcuts share a key", () => {
  const keys = SHORTCUTS.flatMap((shortcut) => shortcut.keys);
  assert.deepEqual(keys.filter((key, index) => keys.indexOf(key) !== index), []);
});

test("keys are named alike on every keyboard", () => {
  assert.equal(keyOf(press("v", { code: "KeyV" })), "V");
  assert.equal(keyOf(press("м", { code: "KeyV" })), "V", "Cyrillic");
  assert.equal(keyOf(press("z", { code: "KeyY", ctrlKey: true })), "Ctrl+Z", "German: the letter counts");
  assert.equal(keyOf(press("Z", { code: "KeyZ", metaKey: true, shiftKey: true })), "Ctrl+Shift+Z", "Mac");
  assert.equal(keyOf(press("?", { code: "Slash", shiftKey: true })), "?");
  assert.equal(keyOf(press("+", { code: "Equal", shiftKey: true })), "+");
  assert.equal(keyOf(press("!", { code: "Digit1", shiftKey: true })), "Shift+1");
  assert.equal(keyOf(press("1", { code: "Digit1", shiftKey: true })), "1", "French");
  assert.equal(keyOf(press("¡", { code: "Digit1", altKey: true })), "Alt+1", "Mac");
  assert.equal(keyOf(press("ArrowLeft", { code: "ArrowLeft", shiftKey: true })), "Shift+ArrowLeft");
});

test("keys do what the table says, and the browser does nothing else", () => {
  const event = press("3", { code: "Digit3" });
  assert.deepEqual(done(event), [["observeNth", 2]]);
  assert.ok(event.defaultPrevented && event.isStopped);
  assert.deepEqual(done(press("ArrowUp", { altKey: true })), [["jump", 0, -1]]);
  assert.deepEqual(done(press("Tab", { shiftKey: true })), [["walk", -1]]);
  assert.deepEqual(done(press("r", { code: "KeyR" })), [["retractAll"]]);
});

test("a key with nothing to do stays the browser's", () => {
  const event = press("Tab");
  done(event, {}, false);
  assert.ok(!event.defaultPrevented);
});

test("arrows move the selection, or choose the other end of a connection", () => {
  assert.deepEqual(done(press("ArrowUp", { shiftKey: true })), [["nudge", 0, -1]]);
  assert.deepEqual(done(press("ArrowUp"), { connecting: "x1" }), [["jump", 0, -1]]);
});

test("Enter renames, or ends connecting", () => {
  assert.deepEqual(done(press("Enter")), [["rename"]]);
  assert.deepEqual(done(press("Enter"), { connecting: "x1" }), [["finishConnecting"]]);
});

test("no key fires while somebody writes, not even Streamlit's", () => {
  const fields = [
    { tagName: "INPUT", type: "text" }, { tagName: "TEXTAREA" }, { tagName: "SELECT" },
    { isContentEditable: true },
  ];
  for (const field of fields) {
    const event = press("r", { code: "KeyR", path: [field, CANVAS] });
    assert.deepEqual(done(event), [], JSON.stringify(field));
    assert.ok(event.isStopped && !event.defaultPrevented);
  }
  assert.deepEqual(done(press("r", { isComposing: true })), []);
});

test("buttons keep the keys that they need", () => {
  const button = { tagName: "BUTTON", closest: () => true };
  assert.deepEqual(done(press("Enter", { path: [button] })), []);
  assert.deepEqual(done(press("ArrowLeft", { path: [button] })), []);
  assert.deepEqual(done(press("Tab", { path: [button] })), []);
  assert.deepEqual(done(press("p", { path: [button] })), [["togglePresenter"]]);
});

test("a dialog leaves only Escape", () => {
  assert.deepEqual(done(press("v"), { help: true }), []);
  assert.deepEqual(done(press("Escape"), { dialog: { kind: "problems" } }), [["escape"]]);
});

test("an event that something else has handled is left alone", () => {
  assert.deepEqual(done(press("Enter", { defaultPrevented: true })), []);
});

test("tooltips find their key in the same table", () => {
  assert.equal(keyFor("addVariable"), "V");
  assert.equal(keyFor("undo"), "Ctrl+Z");
  assert.equal(keyFor("nothing"), "");
});
