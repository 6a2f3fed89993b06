import assert from "node:assert/strict";
import test from "node:test";

import { boxOf, edgePath, overlaps } from "../canvas/geometry.js";
import { convexHull, curvePoint, hullOf, linkPath, middleOf, visibleFrom } from "../canvas/overlay_geometry.js";
import { stripPlaces } from "../canvas/strip_places.js";

const card = (x, y, height = 97) => ({ x, y, width: 200, height, radius: 18, shape: "card", kind: "variable" });
const square = (x, y) => ({ x, y, width: 28, height: 28, radius: 7, shape: "square", kind: "factor" });
const curve = (factor, variable) => edgePath(factor, variable, false).points;
const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-6, `${one} is not ${other}`);

const ABOVE = square(0, 0);
const BELOW = card(0, 200);
const EDGE = curve(ABOVE, BELOW);

test("a point of a curve has the direction of the curve there", () => {
  const start = curvePoint(EDGE, 0);
  const end = curvePoint(EDGE, 1);
  assert.deepEqual([start.x, start.y, end.x], [0, 0, 0]);
  near(end.y, 200 - 97 / 2);
  near(curvePoint(EDGE, 0.5).dy, 1);
});

test("a curve of no length still has a direction", () => {
  const point = { x: 3, y: 4 };
  const { dx, dy } = curvePoint([point, point, point, point], 0.5);
  near(Math.hypot(dx, dy), 1);
});

test("an edge is seen from the border of its factor on", () => {
  const first = curvePoint(EDGE, visibleFrom(EDGE));
  assert.ok(first.y >= 14 && first.y < 30, `${first.y}`);
});

test("the middle of an edge is the middle of what is to be seen of it", () => {
  const middle = middleOf(EDGE);
  assert.ok(Math.abs(middle.y - (14 + 151.5) / 2) < 12, `${middle.y}`);
  assert.ok(middle.share > 0.5 && middle.share < 0.7);
});

test("a link runs straight where nothing is in its way, and round what is", () => {
  const [left, right] = [card(-300, 0), card(300, 0)];
  const bend = (others) => Number(linkPath(left, right, others).match(/Q\S+ (\S+)/)[1]);
  assert.equal(bend([]), 0);
  assert.ok(Math.abs(bend([card(0, 0)])) > 97 / 2);
});

test("a hull holds its nodes with room around them", () => {
  const nodes = [card(0, 0), card(400, 0), card(200, 300)];
  const hull = hullOf(nodes, 14);
  const xs = hull.map(({ x }) => x);
  near(Math.min(...xs), -114);
  near(Math.max(...xs), 514);
  near(Math.max(...hull.map(({ y }) => y)), 300 + 97 / 2 + 14);
});

test("a convex hull leaves out what lies within", () => {
  const corners = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 10 }, { x: 0, y: 10 }];
  const hull = convexHull([...corners, { x: 5, y: 5 }, { x: 5, y: 0 }]);
  assert.deepEqual(new Set(hull.map(({ x, y }) => `${x} ${y}`)), new Set(corners.map(({ x, y }) => `${x} ${y}`)));
});

test("the hull of points on a line, or of one point, is no error", () => {
  assert.equal(convexHull([{ x: 1, y: 1 }]).length, 1);
  assert.ok(convexHull([{ x: 0, y: 0 }, { x: 1, y: 1 }, { x: 2, y: 2 }]).length >= 2);
});

const SIZE = { width: 37, height: 25 };
const down = { ...SIZE, kind: "toVariable", tip: { x: 0, y: 1 } };
const up = { ...SIZE, kind: "toFactor", tip: { x: 0, y: -1 } };

test("the two messages of an edge stand on either side of it, off its nodes and off each other", () => {
  const places = stripPlaces(
    [{ key: "down", points: EDGE, ...down }, { key: "up", points: EDGE, ...up }], [ABOVE, BELOW], [EDGE]);
  const [a, b] = ["down", "up"].map((key) => boxOf({ ...SIZE, ...places.get(key) }));
  assert.ok(a.right < 0 && b.left > 0, "they keep to the right, seen in the way they go");
  assert.ok(!overlaps(a, b));
  for (const node of [ABOVE, BELOW]) assert.ok(!overlaps(a, boxOf(node)) && !overlaps(b, boxOf(node)));
  assert.ok(places.get("down").y > places.get("up").y, "each is nearer to where it goes");
});

test("strips of many edges at one factor do not lie on each other", () => {
  const factor = square(0, 0);
  const cards = [card(-260, 260), card(0, 300), card(260, 260), card(0, -260)];
  const curves = cards.map((one) => curve(factor, one));
  const wanted = curves.flatMap((points, index) => [
    { key: `down ${index}`, points, ...down }, { key: `up ${index}`, points, ...up }]);
  const places = stripPlaces(wanted, [factor, ...cards], curves);
  const boxes = [...places.values()].map((place) => boxOf({ ...SIZE, ...place }));
  const pairs = boxes.flatMap((one, index) => boxes.slice(index + 1).map((other) => [one, other]));
  assert.deepEqual(pairs.filter(([one, other]) => overlaps(one, other)), []);
});

test("a strip that finds no room at its edge is tied to it", () => {
  const wall = { ...card(0, 90, 160), width: 70 };
  const { x, leader } = stripPlaces([{ key: "a", points: EDGE, ...down }], [ABOVE, BELOW, wall], [EDGE]).get("a");
  assert.ok(Math.abs(x) > 35 + 37 / 2 - 7, "it is off the wall");
  assert.equal(leader.x, 0);
});
