import assert from "node:assert/strict";
import { test } from "node:test";
import { beliefsAt, isLast, lastOf, saysResidual } from "../study/laboratory_run.js";
import { loopEdges, loopOverlay } from "../study/loop_overlay.js";
import { createSweepPlayer } from "../study/sweep_player.js";
import { heightOf, logRange, pathOf, sweepAt, sweepTicks, UNIT, valueTicks } from "../study/plot.js";

const BLAME = {
  cycle: ["rain", "f_rain", "cloudy", "f_sprinkler", "sprinkler", "f_wet"], through: ["wet"], gates: ["f_wet"],
  observation: "wet",
};
const GAPS = [{ variable: "rain", exact: [0.3, 0.7], loopy: [0.2, 0.8] }];
const NO_CUT = { loops: "loopy", cutting: [], splits: [] };

test("the loop is a closed way of edges, with the child that stands on it", () => {
  const edges = loopEdges(BLAME).map(({ factor, variable }) => `${variable} ${factor}`);
  assert.deepEqual(edges, [
    "rain f_rain", "cloudy f_rain", "cloudy f_sprinkler", "sprinkler f_sprinkler", "sprinkler f_wet", "rain f_wet",
    "wet f_wet",
  ]);
});

test("exact bars have loopy twins; the worst variable and the news are said", () => {
  const overlay = loopOverlay({ gaps: GAPS, blame: BLAME, worst: "rain", has_exact: true, structure: NO_CUT });
  assert.deepEqual(overlay.beliefs.get("rain"), [0.3, 0.7]);
  assert.deepEqual(overlay.twins.get("rain"), [0.2, 0.8]);
  assert.equal(overlay.isExact, true);
  const notes = new Map(overlay.nodes.map(({ id, look, note }) => [id, [look, note]]));
  assert.deepEqual(notes.get("rain"), ["loop", "largest gap"]);
  assert.deepEqual(notes.get("wet"), ["loop", "news comes in here"]);
  assert.equal(overlay.nodes.length, 7);
});

test("what is off the loop is marked as what it is", () => {
  const blame = { ...BLAME, through: [], gates: [], observation: "dog" };
  const overlay = loopOverlay({ gaps: GAPS, blame, worst: "cat", has_exact: true, structure: NO_CUT });
  assert.deepEqual(overlay.nodes.slice(-2).map(({ id, look }) => [id, look]), [["cat", "target"], ["dog", "source"]]);
});

test("without exact beliefs the loopy ones stand alone", () => {
  const overlay = loopOverlay({ gaps: GAPS, blame: null, worst: "", has_exact: false, structure: NO_CUT });
  assert.deepEqual([overlay.isExact, overlay.twins, overlay.beliefs.get("rain")], [false, undefined, [0.2, 0.8]]);
});

test("observations and products that cut are marked", () => {
  const structure = { loops: "cut", cutting: ["wet"], splits: [{ factor: "f_wet", parts: [["sprinkler"], ["rain"]] }] };
  const { nodes, areTwinsExact } = loopOverlay({
    gaps: GAPS, blame: null, worst: "", has_exact: true, structure,
  });
  assert.equal(areTwinsExact, true);
  assert.deepEqual(nodes.map(({ id, look }) => [id, look]), [["wet", "cut"], ["f_wet", "cut"]]);
});

test("a logarithmic axis ends at whole powers of ten and has a few of them", () => {
  const range = logRange([0.22, 3e-9, 0, 1.3]);
  assert.deepEqual(range, { least: -9, most: 1, isLog: true });
  assert.equal(heightOf(1e-9, range), 0);
  assert.equal(heightOf(10, range), 1);
  assert.equal(heightOf(0, range), 0);
  assert.equal(valueTicks(range)[0].text, "10¹");
  assert.ok(valueTicks(range).length <= 6);
  assert.deepEqual(logRange([]), { least: 0, most: 1, isLog: true });
  assert.deepEqual(valueTicks(UNIT).map(({ text }) => text), ["0", "0.5", "1"]);
});

test("small numbers are seen to be small", () => {
  assert.deepEqual(logRange([2e-16]), { least: -16, most: 0, isLog: true });
});

test("a sweep in which a state was excluded has no number", () => {
  const run = { residuals: [null, 0.25] };
  assert.deepEqual([0, 1, 2].map((sweep) => saysResidual(run, { sweep })),
    ["No message was sent yet.", "Sweep 1: a state was excluded.", "Sweep 2: 0.25 nats."]);
});

test("sweeps have round ticks, a few of them", () => {
  assert.deepEqual(sweepTicks(14), [0, 5, 10]);
  assert.deepEqual(sweepTicks(150), [0, 50, 100, 150]);
  assert.deepEqual(sweepTicks(0), [0]);
});

test("a path goes through all numbers and breaks where one is missing", () => {
  assert.equal(pathOf({ values: [0, 1, null, 0.5], start: 0 }, 3, UNIT).replace(/[\d. ]+/g, ""), "MLM");
  assert.equal(pathOf({ values: [], start: 0 }, 3, UNIT), "");
  assert.equal(pathOf({ values: [0, 0, 0], start: 0 }, 1, UNIT).replace(/[\d. ]+/g, ""), "ML");
});

test("the pointer finds the nearest sweep and never leaves the run", () => {
  assert.equal(sweepAt(0, 20), 0);
  assert.equal(sweepAt(1, 20), 20);
  assert.equal(sweepAt(-3, 20), 0);
  assert.equal(sweepAt(0.54, 20), 10);
});

test("a run is looked at sweep by sweep, and stays at its end", () => {
  const run = { residuals: [0.1, 0.01], beliefs: [["__proto__", [[0.5, 0.5], [0.6, 0.4], [0.7, 0.3]]]] };
  assert.deepEqual(beliefsAt(run, 1).get("__proto__"), [0.6, 0.4]);
  assert.deepEqual(beliefsAt(run, 9).get("__proto__"), [0.7, 0.3]);
  assert.deepEqual([lastOf(run), lastOf(null), isLast(run, 1), isLast(run, 2)], [2, 0, false, true]);
});

test("a player steps until it is stopped, and twice started it steps once", () => {
  const timers = new Map();
  const steps = [];
  const every = (step) => {
    timers.set(timers.size, step);
    return timers.size - 1;
  };
  const player = createSweepPlayer(() => steps.push(1), every, (timer) => timers.delete(timer));
  player.start();
  player.start();
  assert.equal(timers.size, 1);
  timers.get(0)();
  assert.deepEqual([steps.length, player.isPlaying], [1, true]);
  player.stop();
  player.stop();
  assert.deepEqual([timers.size, player.isPlaying], [0, false]);
});
