import assert from "node:assert/strict";
import test from "node:test";

import { START, ZOOM, centredOn, fitTo, panBy, revealing, toCanvas, toScreen, visibleBox, zoomAt }
  from "../canvas/viewport.js";

const SIZE = { width: 800, height: 600 };
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test("screen and canvas points are translated back and forth", () => {
  const view = { x: 30, y: -20, zoom: 1.7 };
  const back = toCanvas(view, toScreen(view, { x: 12, y: 34 }));
  near(back.x, 12);
  near(back.y, 34);
});

test("zooming keeps the point under the pointer", () => {
  const pointer = { x: 210, y: 130 };
  const view = panBy(START, 15, 40);
  const before = toCanvas(view, pointer);
  const after = toCanvas(zoomAt(view, pointer, 1.3), pointer);
  near(after.x, before.x);
  near(after.y, before.y);
});

test("zoom stays within its limits, and at a limit nothing moves", () => {
  const most = zoomAt(START, { x: 5, y: 5 }, 1000);
  assert.equal(most.zoom, ZOOM.most);
  assert.equal(zoomAt(START, { x: 5, y: 5 }, 1e-6).zoom, ZOOM.least);
  assert.deepEqual(zoomAt(most, { x: 300, y: 200 }, 2), most);
});

test("fitting shows the whole box in the middle, with padding", () => {
  const box = { left: -500, top: 0, right: 1500, bottom: 400 };
  const view = fitTo(box, SIZE, 40);
  near(toScreen(view, { x: -500, y: 0 }).x, 40);
  near(toScreen(view, { x: 1500, y: 0 }).x, 760);
  near(toScreen(view, { x: 0, y: 200 }).y, 300);
});

test("fitting a single small card does not blow it up", () => {
  const view = fitTo({ left: 0, top: 0, right: 100, bottom: 50 }, SIZE);
  assert.ok(view.zoom < 2);
  near(toScreen(view, { x: 50, y: 25 }).x, 400);
});

test("a window of no size still gives a finite view", () => {
  const view = fitTo({ left: 0, top: 0, right: 100, bottom: 50 }, { width: 0, height: 0 });
  assert.ok([view.x, view.y, view.zoom].every(Number.isFinite));
});

test("revealing moves only what is needed", () => {
  const view = centredOn({ x: 0, y: 0 }, 1, SIZE);
  const inside = { left: -10, top: -10, right: 10, bottom: 10 };
  assert.equal(revealing(view, inside, SIZE), view);
  const moved = revealing(view, { left: 500, top: -10, right: 520, bottom: 10 }, SIZE, 20);
  near(toScreen(moved, { x: 520, y: 0 }).x, 780);
  near(moved.y, view.y);
});

test("the visible box grows with its margin", () => {
  const view = { x: -20, y: -40, zoom: 2 };
  assert.deepEqual(visibleBox(view, SIZE), { left: 10, top: 20, right: 410, bottom: 320 });
  assert.deepEqual(visibleBox(view, SIZE, 0.5), { left: -190, top: -130, right: 610, bottom: 470 });
});
