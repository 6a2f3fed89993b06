/** Where the message strips of edges stand: beside their edges, off nodes and off each other. Pure. */

import { boxOf, contains } from "./geometry.js";
import { gridOf } from "./grid.js";
import { curvePoint, curvePoints, visibleFrom } from "./overlay_geometry.js";

/** Parts of the way from factor to variable, and free space between line and strip, that are tried. */
const WAYS = [0.5, 0.62, 0.38, 0.75, 0.25, 0.9, 0.1, 1, 0];
const CLEARANCES = [4, 8, 14, 22, 32, 46, 62];
/** A strip belongs nearer to where its message goes. */
const IDEAL = { toVariable: 0.62, toFactor: 0.38, note: 0.5 };

/** What is bad about a place, in canvas units squared: all against the area that is covered there. */
const COST = { node: 2, other: 2, line: 70, way: 120, clearance: 13, wrongSide: 160 };
/** How often everybody moves once the others have a place, while there are not too many to wait for. */
const ROUNDS = 3;
const MANY = 150;
/** A strip farther from its edge than this is tied to it by a line. */
const FAR = 20;
/** How far an arrow head stands out of its strip. */
export const TIP = 7;
/** A card has nothing to read this near to its border. */
const MARGIN = 6;

/**
 * @typedef {{key: string, points: {x: number, y: number}[], kind: "toVariable"|"toFactor"|"note",
 *   width: number, height: number, tip: {x: number, y: number}}} Wanted  `points`: the curve of its edge, from the
 *   factor to the variable; `tip`: the way its arrow head points in, as -1, 0 or 1; nowhere: it has none
 */

/**
 * A place for each: the middle of the strip. They keep to the right, seen in the direction in which they go, as on
 * a road.
 * @param {Wanted[]} wanted those before go first
 * @param {object[]} nodes
 * @param {{x: number, y: number}[][]} curves of all edges
 * @param {import("./viewport.js").Box[]} [taken] what else is to stay free
 * @returns {Map<string, {x: number, y: number, leader: {x: number, y: number}|null}>} `leader`: the point of its
 *   edge that a strip is tied to which stands far from it
 */
export function stripPlaces(wanted, nodes, curves, taken = []) {
  const boxes = gridOf([...nodes.map(insideOf), ...taken], (box) => box);
  const points = curves.flatMap((curve) => curvePoints(curve).filter((_, step) => step % 3 === 0));
  const lines = gridOf(points, ({ x, y }) => ({ left: x, right: x, top: y, bottom: y }));
  const strips = wanted.map((strip) => candidates(strip, boxes, lines));
  const chosen = settled(strips);
  return new Map(wanted.map(({ key }, index) => [key, chosen[index].place]));
}

/** For each the best of its candidates: the first come, and then some rounds in which each moves for the others. */
function settled(strips) {
  const chosen = [];
  const grid = gridOf([], ({ box }) => box);
  const rounds = strips.length > MANY ? 0 : ROUNDS;
  for (let round = 0; round <= rounds; round += 1) {
    strips.forEach((strip, index) => {
      if (chosen[index]) grid.remove(chosen[index]);
      chosen[index] = bestOf(strip, grid.near(strip.sight).map(({ box }) => box));
      grid.add(chosen[index]);
    });
  }
  return chosen;
}

function bestOf({ all, fixed }, others) {
  let best = all[0];
  let least = Infinity;
  for (const candidate of all) {
    if (candidate.cost >= least) break;
    const cost = fixed(candidate) + COST.other * covered(candidate.box, others);
    if (cost < least) [best, least] = [candidate, cost];
  }
  return best;
}

function insideOf(node) {
  const { left, right, top, bottom } = boxOf(node);
  const inset = node.shape === "card" ? MARGIN : 0;
  return { left: left + inset, right: right - inset, top: top + inset, bottom: bottom - inset };
}

/**
 * The places beside an edge, the best first as far as only the edge counts; `fixed` adds to what one costs all but
 * the other strips. It is worked out for those that are asked about: few, where there is room.
 */
function candidates(strip, boxes, lines) {
  const all = placesBeside(strip).sort((a, b) => a.cost - b.cost);
  const sight = all.map(({ box }) => box).reduce(around);
  const [near, points] = [boxes.near(sight), lines.near(sight)];
  const known = new Map();
  const fixed = ({ box, cost }) => cost + COST.node * covered(box, near)
    + COST.line * points.reduce((count, point) => count + (contains(box, point) ? 1 : 0), 0);
  return {
    all, sight,
    fixed(candidate) {
      if (!known.has(candidate)) known.set(candidate, fixed(candidate));
      return known.get(candidate);
    },
  };
}

function placesBeside(strip) {
  const from = visibleFrom(strip.points);
  return WAYS.flatMap((way) => {
    const at = curvePoint(strip.points, from + way * (1 - from));
    const ways = CLEARANCES.flatMap((clearance) => [{ clearance, way, side: 1 }, { clearance, way, side: -1 }]);
    return ways.map((one) => placeBeside(strip, at, one));
  });
}

/** `side`: 1 is the right one, seen the way the message goes. */
function placeBeside({ kind, width, height, tip }, at, { clearance, way, side }) {
  const turn = kind === "toFactor" ? -side : side;
  const [nx, ny] = [-at.dy * turn, at.dx * turn]; // y grows downward: this is to the right of (dx, dy)
  const away = clearance + (Math.abs(nx) * width + Math.abs(ny) * height) / 2;
  const [x, y] = [at.x + nx * away, at.y + ny * away];
  const cost = Math.abs(way - IDEAL[kind]) * COST.way + (clearance - CLEARANCES[0]) * COST.clearance
    + (side === 1 ? 0 : COST.wrongSide);
  const box = {
    left: x - width / 2 + TIP * Math.min(tip.x, 0), right: x + width / 2 + TIP * Math.max(tip.x, 0),
    top: y - height / 2 + TIP * Math.min(tip.y, 0), bottom: y + height / 2 + TIP * Math.max(tip.y, 0),
  };
  return { place: { x, y, leader: clearance > FAR ? at : null }, cost, box };
}

/** The box around two. */
function around(a, b) {
  return {
    left: Math.min(a.left, b.left), right: Math.max(a.right, b.right),
    top: Math.min(a.top, b.top), bottom: Math.max(a.bottom, b.bottom),
  };
}

function covered(box, others) {
  return others.reduce((sum, other) => sum + common(box, other), 0);
}

/** The area that two boxes share, with a little space around them. */
function common(a, b) {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left) + 2;
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) + 2;
  return width > 0 && height > 0 ? width * height : 0;
}
