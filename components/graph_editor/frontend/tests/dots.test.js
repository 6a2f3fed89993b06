import assert from "node:assert/strict";
import test from "node:test";

import { dotsOf, dotsPath, COLUMNS, MOST_DOTS } from "../study/dots.js";

const stage = (kept, withClaim) => ({ kept, with_claim: withClaim });
const THOUSAND = [stage(1000, 500), stage(647, 458), stage(278, 89)];
const counts = ({ sorts }) => Object.fromEntries(sorts.map(({ name, count }) => [name, count]));

test("at the beginning every case is there", () => {
  const picture = dotsOf(THOUSAND, 0);
  assert.deepEqual(counts(picture), { yes: 500, "gone-yes": 0, no: 500, "gone-no": 0 });
  assert.equal(picture.worth, 1);
});

test("a stage shows what is left and what is gone, of all cases", () => {
  assert.deepEqual(counts(dotsOf(THOUSAND, 1)), { yes: 458, "gone-yes": 42, no: 189, "gone-no": 311 });
  assert.deepEqual(counts(dotsOf(THOUSAND, 2)), { yes: 89, "gone-yes": 411, no: 189, "gone-no": 311 });
});

test("a case keeps its place: those left are the first of those left before", () => {
  const first = (at, name) => dotsOf(THOUSAND, at).sorts.find((sort) => sort.name === name).first;
  assert.deepEqual([0, 1, 2].map((at) => first(at, "yes")), [0, 0, 0]);
  assert.deepEqual([0, 1, 2].map((at) => first(at, "no")), [500, 500, 500]);
});

test("of more than a thousand cases each dot stands for many, and a later stage looks closer", () => {
  const stages = [stage(100_000, 5500), stage(11_029, 5390), stage(145, 54)];
  const begin = dotsOf(stages, 0);
  assert.deepEqual([begin.worth, begin.dots, counts(begin).yes], [100, 1000, 55]);
  const last = dotsOf(stages, 2);
  assert.equal(last.worth, 20);
  assert.equal(last.dots, 551);
  assert.deepEqual([counts(last).yes, counts(last).no], [3, 4]);
});

test("never more dots than fit, and their sum is right", () => {
  for (const [cases, left, mine] of [[1000, 999, 1], [10_000, 12, 7], [1_000_000, 333_333, 111_111]]) {
    const picture = dotsOf([stage(cases, left), stage(left, mine)], 1);
    assert.ok(picture.dots <= MOST_DOTS);
    assert.equal(picture.sorts.reduce((sum, { count }) => sum + count, 0), picture.dots);
  }
});

test("dots fill the rows one by one", () => {
  const path = dotsPath({ name: "yes", count: 3, first: COLUMNS - 1 }, 0.5);
  const moves = [...path.matchAll(/M([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
  assert.deepEqual(moves, [[COLUMNS - 1, 0.5], [0, 1.5], [1, 1.5]]);
});
