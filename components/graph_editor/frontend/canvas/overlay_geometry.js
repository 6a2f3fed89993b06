/** Where the overlay of a drawing goes: points of edges, links round nodes, hulls. Pure. */

import { FACTOR, borderPoint, boxOf, contains, near } from "./geometry.js";

/** Steps in which a curve is looked at. */
const STEPS = 24;
const GROWN = 2; // a point this near to a factor is still under its border

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {{x: number, y: number, dx: number, dy: number}} Place  with the unit direction of the curve there
 */

/** @param {Point[]} points of a cubic curve @param {number} t 0 at its start, 1 at its end @returns {Place} */
export function curvePoint([a, b, c, d], t) {
  const s = 1 - t;
  const at = (axis) => s * s * s * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t * t * t * d[axis];
  const slope = (axis) =>
    s * s * (b[axis] - a[axis]) + 2 * s * t * (c[axis] - b[axis]) + t * t * (d[axis] - c[axis]);
  const [dx, dy] = [slope("x"), slope("y")];
  const length = Math.hypot(dx, dy);
  // Where both ends are one point there is no direction: any will do.
  return { x: at("x"), y: at("y"), dx: length > 0 ? dx / length : 0, dy: length > 0 ? dy / length : 1 };
}

/** Evenly spaced parameters of a curve, as points. */
export function curvePoints(points) {
  return Array.from({ length: STEPS + 1 }, (_, step) => curvePoint(points, step / STEPS));
}

/** Where the curve of an edge comes out from under the square of its factor: the parameter there. */
export function visibleFrom(points) {
  const [start] = points;
  const reach = FACTOR.size / 2 + GROWN;
  const isCovered = ({ x, y }) => Math.abs(x - start.x) < reach && Math.abs(y - start.y) < reach;
  const first = curvePoints(points).findIndex((point) => !isCovered(point));
  return first < 0 ? 0.5 : first / STEPS;
}

/**
 * The middle of what is to be seen of an edge.
 * @returns {Place & {share: number, length: number, seen: number}} with the part of the whole curve's length that
 *   lies before it, that length, and the length of what is to be seen
 */
export function middleOf(points) {
  const from = visibleFrom(points);
  const t = (1 + from) / 2;
  const along = curvePoints(points);
  const lengths = along.slice(1).map((point, step) => Math.hypot(point.x - along[step].x, point.y - along[step].y));
  const until = (end) => lengths.slice(0, Math.round(end * STEPS)).reduce((sum, length) => sum + length, 0);
  const length = until(1) || 1;
  return { ...curvePoint(points, t), share: until(t) / length, length, seen: length - until(from) };
}

/** How far a link swerves, as parts of its length: the first that meets no node is taken. */
const SWERVES = [0, 0.18, -0.18, 0.32, -0.32, 0.5, -0.5, 0.75, -0.75];

/**
 * A line between two nodes, bent where a straight one would run through others.
 * @param {object} from @param {object} to nodes
 * @param {object[]} others nodes
 * @returns {string} a path
 */
export function linkPath(from, to, others) {
  const paths = SWERVES.map((swerve) => bent(from, to, swerve));
  const boxes = others.map(boxOf);
  const isMet = (point) => boxes.some((box) => contains(box, point));
  const met = paths.map((path) => pointsOf(path).filter(isMet).length);
  const { start, control, end } = paths[met.indexOf(Math.min(...met))];
  return `M${near(start.x)} ${near(start.y)}Q${near(control.x)} ${near(control.y)} ${near(end.x)} ${near(end.y)}`;
}

/** A quadratic curve, which leaves both nodes toward its bend. */
function bent(from, to, swerve) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const aim = { x: (from.x + to.x) / 2 - dy * swerve, y: (from.y + to.y) / 2 + dx * swerve };
  const control = { x: aim.x - (dy * swerve) / 2, y: aim.y + (dx * swerve) / 2 };
  const [ahead, back] = swerve === 0 ? [to, from] : [control, control];
  return { start: borderPoint(from, ahead), control, end: borderPoint(to, back) };
}

function pointsOf({ start, control, end }) {
  return Array.from({ length: STEPS - 1 }, (_, step) => {
    const t = (step + 1) / STEPS;
    const at = (axis) => (1 - t) ** 2 * start[axis] + 2 * t * (1 - t) * control[axis] + t * t * end[axis];
    return { x: at("x"), y: at("y") };
  });
}

/** Points on a quarter of the round corner of a hull. */
const CORNER_STEPS = 4;

/**
 * The outline round nodes, `pad` away from them, with round corners.
 * @param {object[]} nodes at least one @param {number} pad @returns {Point[]} in order round them
 */
export function hullOf(nodes, pad) {
  return convexHull(nodes.flatMap((node) => roundedCorners(node, pad)));
}

function roundedCorners(node, pad) {
  const { left, right, top, bottom } = boxOf(node);
  const corners = [[right, bottom], [left, bottom], [left, top], [right, top]];
  return corners.flatMap(([x, y], corner) => Array.from({ length: CORNER_STEPS + 1 }, (_, step) => {
    const angle = (Math.PI / 2) * (corner + step / CORNER_STEPS);
    return { x: x + pad * Math.cos(angle), y: y + pad * Math.sin(angle) };
  }));
}

/** Andrew's monotone chain. @param {Point[]} points @returns {Point[]} */
export function convexHull(points) {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const half = (ordered) => ordered.reduce(extended, []).slice(0, -1);
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.toReversed())];
}

function extended(chain, point) {
  const kept = [...chain];
  while (kept.length > 1 && turn(kept.at(-2), kept.at(-1), point) <= 0) kept.pop();
  return [...kept, point];
}

function turn(a, b, c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/** @param {Point[]} points @returns {string} a closed path */
export function closedPath(points) {
  return `M${points.map(({ x, y }) => `${near(x)} ${near(y)}`).join("L")}Z`;
}
