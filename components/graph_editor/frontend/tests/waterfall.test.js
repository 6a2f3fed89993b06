import assert from "node:assert/strict";
import test from "node:test";

import { waterfall } from "../study/waterfall.js";

const shift = (nats) => ({ nats: Number.isFinite(nats) ? nats : null, sign: Math.sign(nats) });

test("each bar begins where the one above ended, and the last one ends at the whole", () => {
  const { bars, zero, end } = waterfall([shift(1), shift(-2), shift(0.5)]);
  assert.equal(bars[0].start, zero);
  assert.equal(bars[1].start, bars[0].end);
  assert.equal(bars[2].start, bars[1].end);
  assert.equal(bars[2].end, end);
});

test("lengths are in proportion and stay inside", () => {
  const { bars } = waterfall([shift(1), shift(-3)]);
  const length = ({ start, end }) => end - start;
  assert.ok(Math.abs(length(bars[1]) + 3 * length(bars[0])) < 1e-12);
  for (const { start, end } of bars) assert.ok(start > 0 && start < 1 && end > 0 && end < 1);
});

test("an infinite bar is longer than all finite ones together, and marked", () => {
  const { bars } = waterfall([shift(2), shift(-1), shift(-Infinity)]);
  assert.deepEqual(bars.map(({ isEndless }) => isEndless), [false, false, true]);
  const lengths = bars.map(({ start, end }) => Math.abs(end - start));
  assert.ok(lengths[2] > lengths[0] + lengths[1]);
  assert.ok(bars[2].end < bars[2].start);
});

test("nothing to show has no extent", () => {
  const { bars, zero, end } = waterfall([shift(0)]);
  assert.equal(bars[0].start, bars[0].end);
  assert.equal(zero, end);
  assert.ok(waterfall([]).zero >= 0);
});
