/** The stepper's arithmetic, places and pictures, on a two-variable run as Python writes it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createPlayer, playKey } from "../study/player.js";
import { arithmeticOf, numberText } from "../study/step_arithmetic.js";
import { beliefsAfter, farthest, overlayAfter, readTrace } from "../study/trace.js";
import { marksOf } from "../study/transport.js";

const NO_RULE = ["", "", "", ""];

/** Rain and wet grass, which is seen: rain's belief by way of two factors. Ids may be anything. */
function reply({ ids = ["wet", "f_wet", "rain", "f_rain"], ...changes } = {}) {
  const message = (n, kind, from, to, rest) => ({ n, kind, phase: 0, from, to, text: 0, scale: 1, ...rest });
  return {
    algorithm: "bp", schedule: "two-pass", is_exact: true, status: "exact", sweeps: 1, taken: 4, is_part: false,
    is_cut: false, summary: ["exact"], nodes: ids,
    variables: [
      { id: ids[2], name: "Rain", states: ["no", "yes"] },
      { id: ids[0], name: "Wet", states: ["no", "yes"] },
    ],
    tables: [
      { name: "observed: Wet = yes", node: 0, scope: [0], values: [0, 1] },
      { name: "f_wet", node: 1, scope: [2, 0], values: [0.9, 0.1, 0.2, 0.8] },
      { name: "f_rain", node: 3, scope: [2], values: [0.8, 0.2] },
    ],
    texts: [["words", NO_RULE, "a message"]], phases: ["collect", "beliefs"],
    steps: [
      message(1, "variable_to_factor", 0, 1, { scope: [0], inputs: [["t", 0]], values: [0, 1] }),
      message(2, "factor_to_variable", 1, 2, {
        scope: [2], over: [0], inputs: [["t", 1], ["s", 0]], values: [1 / 9, 8 / 9], scale: 0.9,
        beliefs: [[2, [1 / 9, 8 / 9]]],
      }),
      message(3, "factor_to_variable", 3, 2, {
        scope: [2], inputs: [["t", 2]], values: [0.8, 0.2], beliefs: [[2, [1 / 3, 2 / 3]]],
      }),
      message(4, "belief", null, 2, {
        phase: 1, scope: [2], inputs: [["s", 2], ["s", 1]], values: [1 / 3, 2 / 3], scale: 0.8 / 9 + 1.6 / 9,
        beliefs: [[2, [1 / 3, 2 / 3]]],
      }),
    ],
    first: [[ids[2], [0.5, 0.5]], [ids[0], [0, 1]]],
    ...changes,
  };
}

const close = (found, expected) => found.forEach((value, k) => assert.ok(Math.abs(value - expected[k]) < 1e-12));

test("every number of a step follows from the tables it names", () => {
  const trace = readTrace(reply());
  for (const step of trace.steps) {
    const sum = arithmeticOf(trace, step);
    for (const { rows, made, result } of sum.groups) {
      for (const { factors, product } of rows) close([factors.reduce((a, b) => a * b, 1)], [product]);
      close([rows.reduce((total, { product }) => total + product, 0)], [made]);
      close([made / sum.total], [result]);
    }
    close([sum.groups.reduce((total, { made }) => total + made, 0)], [sum.total]);
  }
});

test("the rows of a sum are the joint states, the last one varying fastest", () => {
  const trace = readTrace(reply());
  const { scope, groups, columns, rowCount } = arithmeticOf(trace, trace.steps[1]);
  assert.deepEqual(scope, ["rain", "wet"]);
  assert.equal(rowCount, 4);
  const states = groups.map(({ rows }) => rows.map((row) => row.states));
  assert.deepEqual(states, [[[0, 0], [0, 1]], [[1, 0], [1, 1]]]);
  assert.deepEqual(groups[1].rows.map(({ factors }) => factors), [[0.2, 0], [0.8, 1]]);
  assert.deepEqual(columns.map(({ isModel }) => isModel), [true, false]);
});

test("a damped step mixes with the old message, and a hidden one shows no arithmetic", () => {
  const { steps, ...rest } = reply();
  const made = [0.1 ** 0.5 * 0.5 ** 0.5, 0.8 ** 0.5 * 0.5 ** 0.5];
  const total = made[0] + made[1];
  const old = { name: "old", node: null, scope: [2], values: [0.5, 0.5] };
  const values = made.map((value) => value / total);
  const damped = { ...steps[1], damping: 0.5, old: ["t", 3], scale: total, values };
  const trace = readTrace({ ...rest, tables: [...rest.tables, old], steps: [steps[0], damped] });
  close(arithmeticOf(trace, trace.steps[1]).groups.map(({ mixed }) => mixed), made);
  const hidden = readTrace({ ...rest, steps: [{ ...steps[0], hidden: "too large" }] });
  assert.equal(arithmeticOf(hidden, hidden.steps[0]), null);
});

test("bars go forward and back to the same beliefs", () => {
  const trace = readTrace(reply());
  const start = beliefsAfter(trace, 0);
  assert.deepEqual(start.get("rain"), [0.5, 0.5]);
  assert.deepEqual(beliefsAfter(trace, 2).get("rain"), [1 / 9, 8 / 9]);
  assert.deepEqual(beliefsAfter(trace, 4).get("rain"), [1 / 3, 2 / 3]);
  assert.deepEqual(beliefsAfter(trace, 0), start);
});

test("the drawing shows what was sent, the present message and what it was made of", () => {
  const trace = readTrace(reply());
  assert.deepEqual(overlayAfter(trace, 0).edges, []);
  const { edges, nodes, isExact } = overlayAfter(trace, 2);
  assert.deepEqual(edges.map(({ factor, variable, look }) => [factor, variable, look]),
    [["f_wet", "wet", "input"], ["f_wet", "rain", "current"]]);
  assert.deepEqual(edges[0].toFactor, [0, 1]);
  assert.equal(edges[0].toVariable, null);
  assert.deepEqual(nodes.map(({ id, look }) => [id, look]), [["f_wet", "current"], ["rain", "target"]]);
  assert.equal(isExact, false);
  const end = overlayAfter(trace, 4);
  assert.equal(end.isExact, true);
  assert.deepEqual(end.edges.map(({ look }) => look), ["flow", "input", "input"]);
});

test("nodes outside the part that is shown are dimmed", () => {
  const trace = readTrace(reply({ taken: 40 }));
  const { nodes } = overlayAfter(trace, 0, ["rain", "far", "f_wet"]);
  assert.deepEqual(nodes, [{ id: "far", look: "dim", note: "" }]);
});

test("ids may be names of what every object has", () => {
  const trace = readTrace(reply({ ids: ["__proto__", "constructor", "toString", "valueOf"] }));
  assert.deepEqual(beliefsAfter(trace, 4).get("toString"), [1 / 3, 2 / 3]);
  assert.equal(overlayAfter(trace, 3).edges.length, 3);
  assert.equal(arithmeticOf(trace, trace.steps[1]).groups.length, 2);
});

test("the gap between the bars and the page", () => {
  const bars = new Map([["rain", [0.2, 0.8]], ["sun", [0.5, 0.5]]]);
  assert.ok(Math.abs(farthest(bars, [["rain", [0.3, 0.7]], ["other", [1, 0]], ["sun", [1, 0, 0]]]) - 0.1) < 1e-12);
  assert.equal(farthest(bars, [["other", [1, 0]]]), null);
});

test("numbers keep five digits, and zero is zero", () => {
  const shown = [0, 1, 0.0099, 0.123456789, 12345.678, 1e-7, 3.2e9].map(numberText);
  assert.deepEqual(shown, ["0", "1", "0.0099", "0.12346", "12346", "1e-7", "3.2e9"]);
});

test("the names of phases on the bar do not lie on each other", () => {
  const phases = [0, 80, 110, 135, 150, 158].map((start, place) => ({ name: `sweep ${place}`, start }));
  const marks = marksOf(phases, 163);
  assert.deepEqual(marks.map(({ isNamed }) => isNamed), [true, true, false, false, false, true]);
  assert.deepEqual(marks.map(({ isLeft }) => isLeft), [false, false, false, false, false, true]);
  const [one] = marksOf([{ name: "by hand", start: 0 }], 4);
  assert.deepEqual([one.isNamed, one.isLeft, one.place], [true, false, 0]);
});

function played(length = 3) {
  const timers = [];
  let moves = 0;
  const player = createPlayer({
    length: () => length, moved: () => { moves += 1; },
    setTimer: (run, ms) => timers.push({ run, ms }), clearTimer: (id) => { timers[id - 1] = null; },
  });
  const tick = () => timers.findLast(Boolean).run();
  return { player, timers, tick, moves: () => moves };
}

test("playing goes to the end and stops there, and begins anew from it", () => {
  const { player, tick } = played(2);
  player.toggle();
  assert.equal(player.isPlaying(), true);
  tick();
  tick();
  assert.deepEqual([player.at(), player.isPlaying()], [2, false]);
  player.toggle();
  assert.deepEqual([player.at(), player.isPlaying()], [0, true]);
});

test("moving by hand stops, and stays inside the run", () => {
  const { player } = played(3);
  player.toggle();
  player.jump(9);
  assert.deepEqual([player.at(), player.isPlaying()], [3, false]);
  player.jump(-2);
  assert.equal(player.at(), 0);
});

test("a new speed counts at once", () => {
  const { player, timers } = played();
  player.toggle();
  player.setSpeed(6);
  assert.equal(timers[0], null);
  assert.equal(timers[1].ms, 1000 / 32);
});

test("the keys of the player", () => {
  const { player } = played(3);
  const press = (key, more = {}) => playKey({ key, ...more }, player, 3);
  assert.equal(press("End"), true);
  assert.equal(player.at(), 3);
  press("ArrowLeft");
  assert.equal(player.at(), 2);
  press("Home");
  press("ArrowRight");
  assert.equal(player.at(), 1);
  press(" ");
  assert.equal(player.isPlaying(), true);
  assert.equal(press("x"), false);
  assert.equal(press("ArrowRight", { altKey: true }), false);
});
