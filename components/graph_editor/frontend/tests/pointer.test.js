import assert from "node:assert/strict";
import test from "node:test";

import { IDLE, step } from "../canvas/pointer.js";

const NO_KEYS = { shift: false, ctrl: false, alt: false, space: false };
const EMPTY = { part: "empty" };
const HEADING = { part: "heading", id: "rain" };
const YES = { part: "state", id: "rain", index: 1, share: 0.5 };
const NAME = { part: "state_name", id: "rain", index: 1, share: 0 };
const HANDLE = { part: "handle", id: "rain" };

function pointer(type, x, y, { target = EMPTY, keys = {}, ...rest } = {}) {
  return {
    type, pointer: 1, button: 0, isTouch: false, screen: { x, y }, canvas: { x: x / 2, y: y / 2 }, target, time: 0,
    keys: { ...NO_KEYS, ...keys }, ...rest,
  };
}

/** The state after all events, and everything that was asked for, timers aside. */
function run(events, start = IDLE) {
  let state = start;
  const effects = [];
  for (const event of events) {
    const next = step(state, event);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects: effects.filter(({ type }) => !["start_hold", "stop_hold", "hover"].includes(type)) };
}

const clickOn = (target, options = {}) =>
  [pointer("down", 10, 10, { target, ...options }), pointer("up", 10, 10, { target, ...options })];
const dragFrom = (target, options = {}) => [
  pointer("down", 10, 10, { target, ...options }),
  pointer("move", 50, 30, options),
  pointer("up", 60, 30, options),
];
const types = ({ effects }) => effects.map(({ type }) => type);

test("a click on a state observes it; with Alt it rules it out", () => {
  assert.deepEqual(run(clickOn(YES)).effects, [{ type: "press_state", id: "rain", index: 1, isNot: false }]);
  const { effects } = run(clickOn(NAME, { keys: { alt: true } }));
  assert.deepEqual(effects, [{ type: "press_state", id: "rain", index: 1, isNot: true }]);
});

test("two quick clicks on a bar are two clicks, on a state's name they rename", () => {
  const twice = (target) => [...clickOn(target, { time: 0 }), ...clickOn(target, { time: 200 })];
  assert.deepEqual(types(run(twice(YES))), ["press_state", "press_state"]);
  assert.deepEqual(types(run(twice(NAME))), ["press_state", "rename_state"]);
});

test("slow clicks are no double click", () => {
  const events = [...clickOn(HEADING, { time: 0 }), ...clickOn(HEADING, { time: 900 })];
  assert.deepEqual(types(run(events)), ["select", "select"]);
});

test("a double click on a heading renames, on nothing adds a variable there", () => {
  assert.deepEqual(types(run([...clickOn(HEADING), ...clickOn(HEADING)])), ["select", "rename"]);
  const { effects } = run([...clickOn(EMPTY), ...clickOn(EMPTY)]);
  assert.deepEqual(effects.at(-1), { type: "add_variable", point: { x: 5, y: 5 } });
});

test("a third click is the first of another double click", () => {
  const events = [...clickOn(EMPTY), ...clickOn(EMPTY), ...clickOn(EMPTY)];
  assert.deepEqual(types(run(events)), ["clear_selection", "add_variable", "clear_selection"]);
});

test("Shift or Ctrl joins a click to the selection", () => {
  for (const keys of [{ shift: true }, { ctrl: true }]) {
    assert.deepEqual(run(clickOn(HEADING, { keys })).effects, [{ type: "select", id: "rain", isToggle: true }]);
  }
});

test("a hand that trembles still clicks", () => {
  const events = [pointer("down", 10, 10, { target: YES }), pointer("move", 12, 11), pointer("up", 12, 11)];
  assert.deepEqual(types(run(events)), ["press_state"]);
});

test("dragging empty canvas pans by every move", () => {
  const { state, effects } = run(dragFrom(EMPTY));
  assert.deepEqual(effects, [{ type: "pan", dx: 40, dy: 20 }]);
  assert.equal(state.name, "idle");
});

test("Space or the middle button pan even over a node, and never click", () => {
  for (const options of [{ keys: { space: true } }, { button: 1 }]) {
    assert.deepEqual(types(run(dragFrom(YES, options))), ["pan"]);
    assert.deepEqual(types(run(clickOn(YES, options))), []);
  }
});

test("the right button does nothing", () => {
  assert.deepEqual(run(dragFrom(HEADING, { button: 2 })).effects, []);
});

test("Shift on empty canvas draws a rubber band", () => {
  const { effects } = run(dragFrom(EMPTY, { keys: { shift: true } }));
  assert.deepEqual(effects.at(-1), { type: "band_end", from: { x: 5, y: 5 }, to: { x: 30, y: 15 } });
});

test("dragging a node, also by a row, moves it in canvas units", () => {
  for (const target of [HEADING, YES]) {
    const { effects } = run(dragFrom(target));
    assert.deepEqual(effects.at(-1), { type: "drop", id: "rain", dx: 25, dy: 10, isFree: false });
  }
});

test("dragging a handle connects with the node it is dropped on", () => {
  const events = [
    pointer("down", 10, 10, { target: HANDLE }),
    pointer("move", 50, 30),
    pointer("up", 90, 30, { target: { part: "state", id: "wet", index: 0 } }),
  ];
  const { effects } = run(events);
  assert.deepEqual(effects[0], { type: "link", from: "rain", to: null, point: { x: 25, y: 15 } });
  assert.deepEqual(effects.at(-1), { type: "link_end", from: "rain", to: "wet" });
});

test("Shift along a row slides, and says so once at the end", () => {
  const { effects } = run(dragFrom(YES, { keys: { shift: true } }));
  assert.deepEqual(types({ effects }), ["slide", "slide_end"]);
  assert.deepEqual(effects.at(-1), { type: "slide_end", id: "rain", index: 1, x: 30 });
});

test("a click on an open slider sets it", () => {
  assert.deepEqual(types(run(clickOn({ ...YES, part: "slider" }))), ["slide_end"]);
});

test("cancelling takes a gesture back, and its end no longer counts", () => {
  const [down, move, up] = dragFrom(HEADING);
  const { state, effects } = run([down, move, { type: "cancel" }, up]);
  assert.equal(state.name, "idle");
  assert.deepEqual(types({ effects }), ["drag", "abort"]);
});

test("a finger held on a state rules it out, and lifting it is no click", () => {
  const touch = { target: YES, isTouch: true };
  const { state, effects } = run([pointer("down", 10, 10, touch), { type: "hold" }, pointer("up", 10, 10, touch)]);
  assert.deepEqual(effects, [{ type: "press_state", id: "rain", index: 1, isNot: true }]);
  assert.equal(state.name, "idle");
});

test("holding starts only under a finger on a state, and ends with a move", () => {
  const started = (options) => step(IDLE, pointer("down", 10, 10, options)).effects.map(({ type }) => type);
  assert.deepEqual(started({ target: YES, isTouch: true }), ["start_hold"]);
  assert.deepEqual(started({ target: YES }), []);
  assert.deepEqual(started({ target: HEADING, isTouch: true }), []);
  const { state } = step(IDLE, pointer("down", 10, 10, { target: YES, isTouch: true }));
  const moved = step(state, pointer("move", 60, 10, { isTouch: true }));
  assert.equal(moved.effects[0].type, "stop_hold");
});

test("two fingers zoom about their middle and pan with it", () => {
  const finger = (type, id, x, y) => pointer(type, x, y, { pointer: id, isTouch: true });
  const { effects } = run([finger("down", 1, 100, 100), finger("down", 2, 200, 100), finger("move", 2, 300, 100)]);
  assert.deepEqual(effects.slice(-2), [
    { type: "pan", dx: 50, dy: 0 },
    { type: "zoom", at: { x: 200, y: 100 }, factor: 2 },
  ]);
});

test("a second finger takes back what the first began; the one that stays pans", () => {
  const finger = (type, id, x, y, target) => pointer(type, x, y, { pointer: id, isTouch: true, target });
  const { state, effects } = run([
    finger("down", 1, 100, 100, HEADING), finger("move", 1, 140, 100), finger("down", 2, 200, 100),
    finger("up", 1, 140, 100), finger("move", 2, 210, 100),
  ]);
  assert.deepEqual(types({ effects }), ["drag", "abort", "pan"]);
  assert.equal(state.name, "panning");
});

test("another pointer does not disturb a gesture", () => {
  const [down, move] = dragFrom(HEADING);
  const { state } = run([down, move, pointer("up", 0, 0, { pointer: 7 })]);
  assert.equal(state.name, "dragging");
});

test("moving about tells what is under the pointer", () => {
  assert.deepEqual(step(IDLE, pointer("move", 1, 1, { target: YES })).effects, [{ type: "hover", target: YES }]);
});
