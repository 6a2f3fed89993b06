import assert from "node:assert/strict";
import test from "node:test";

import { CARD, arrowHead, borderPoint, bounds, boxBetween, boxOf, columns, edgePath, overlaps, snapped }
  from "../canvas/geometry.js";

const CARD_NODE = { x: 100, y: 100, width: 176, height: 100, radius: 18, shape: "card" };

function assertOnBorder(node, point) {
  const box = boxOf(node);
  const isOnSide = point.x === box.left || point.x === box.right;
  const isOnEnd = point.y === box.top || point.y === box.bottom;
  assert.ok(isOnSide || isOnEnd, `(${point.x}, ${point.y}) is not on the border`);
}

test("an edge ends on the border of a card, off its rounded corners", () => {
  const ring = Array.from({ length: 72 }, (_, step) => (step * Math.PI) / 36);
  for (const angle of ring) {
    const point = borderPoint(CARD_NODE, { x: 100 + 500 * Math.cos(angle), y: 100 + 500 * Math.sin(angle) });
    assertOnBorder(CARD_NODE, point);
    const corner = { dx: 88 - Math.abs(point.x - 100), dy: 50 - Math.abs(point.y - 100) };
    assert.ok(corner.dx >= 18 || corner.dy >= 18, "inside a rounded corner");
  }
});

test("an edge ends on a circle or ellipse, and pointing at the centre itself is harmless", () => {
  const circle = { x: 0, y: 0, width: 80, height: 80, radius: 40, shape: "circle" };
  const point = borderPoint(circle, { x: 30, y: 40 });
  assert.ok(Math.abs(Math.hypot(point.x, point.y) - 40) < 1e-9);
  const ellipse = { ...circle, width: 160 };
  assert.equal(borderPoint(ellipse, { x: 500, y: 0 }).x, 80);
  assert.equal(borderPoint(ellipse, { x: 0, y: -500 }).y, -40);
  assert.ok(Object.values(borderPoint(circle, { x: 0, y: 0 })).every(Number.isFinite));
});

test("only the edge to a child has an arrow head, with its tip on the border", () => {
  const factor = { x: 100, y: 10, width: 28, height: 28, radius: 7, shape: "square" };
  assert.equal(edgePath(factor, CARD_NODE, false).arrow, "");
  assert.match(edgePath(factor, CARD_NODE, true).arrow, /^M100 50L/);
});

test("nodes on top of each other give a path of numbers", () => {
  const { line, arrow } = edgePath(CARD_NODE, CARD_NODE, true);
  assert.doesNotMatch(line + arrow, /NaN|Infinity/);
});

test("an arrow head stands outside what it points at", () => {
  assert.equal(arrowHead({ x: 0, y: 0, nx: 0, ny: -1 }), "M0 0L5 -11L-5 -11Z");
});

test("the box around all nodes; none around nothing", () => {
  const other = { ...CARD_NODE, x: 400 };
  assert.deepEqual(bounds([CARD_NODE, other]), { left: 12, right: 488, top: 50, bottom: 150 });
  assert.equal(bounds([]), null);
});

test("boxes overlap where they share a point", () => {
  const box = boxBetween({ x: 10, y: 10 }, { x: 0, y: 0 });
  assert.ok(overlaps(box, { left: 10, top: 10, right: 20, bottom: 20 }));
  assert.ok(!overlaps(box, { left: 11, top: 0, right: 20, bottom: 20 }));
});

test("name, bar and number of a row stand beside each other on the card", () => {
  for (const names of [["no"], ["yes", "no"], ["a".repeat(60)]]) {
    for (const isApproximate of [false, true]) {
      const place = columns("Heading", names, isApproximate);
      assert.ok(place.name + place.nameWidth <= place.bar);
      assert.ok(place.barWidth >= 30);
      assert.ok(place.bar + place.barWidth < place.number - 50);
      assert.ok(place.width >= CARD.width && place.width <= CARD.widest);
    }
  }
});

test("a dragged node meets the centre line of another one, else the grid", () => {
  const start = { x: 0, y: 0 };
  const { dx, dy, guides } = snapped(start, 103, 27, [{ x: 105, y: 500 }], 6, false);
  assert.deepEqual([dx, dy], [105, 30]);
  assert.deepEqual(guides, { x: 105, y: null });
});

test("of several centre lines the nearest is met", () => {
  const { dx } = snapped({ x: 0, y: 0 }, 50, 0, [{ x: 45, y: 9 }, { x: 51, y: 99 }, { x: 55, y: 99 }], 6, false);
  assert.equal(dx, 51);
});

test("a free drag goes exactly where the pointer goes", () => {
  assert.deepEqual(snapped({ x: 0, y: 0 }, 3.3, 4.4, [{ x: 3, y: 4 }], 6, true),
    { dx: 3.3, dy: 4.4, guides: { x: null, y: null } });
});
