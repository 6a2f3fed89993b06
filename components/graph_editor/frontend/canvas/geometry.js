/** Sizes, borders and distances of the drawing, in canvas units. Pure functions of plain values. */

export const CARD = { width: 200, widest: 240, header: 36, row: 26, twinRow: 37, foot: 9, radius: 18, pad: 14 };
export const FACTOR = { size: 28, radius: 7 };
/** A variable of the textbook view: a circle, or for a long name an ellipse. */
export const CIRCLE = { radius: 38, widest: 190, pad: 19 };
export const GRID = 10;
/** A card shows at most so many rows; of a longer variable the last row counts the rest. */
export const MOST_ROWS = 8;
export const KNOBS = { radius: 7, reach: 12 };

const GAP = 9;
/** Mean widths of a character in common system fonts: of a state's name, a heading, a circle's name. */
const CHARACTER = { state: 9.2, heading: 10.5, circle: 9.6 };
const NUMBER_COLUMN = { exact: 51, approximate: 60 };
const LEAST_NAME = 22;
const LEAST_BAR = 56;

/** @param {number} rows @param {number} [row] height of each @returns {number} height of a card of so many rows */
export function cardHeight(rows, row = CARD.row) {
  return CARD.header + row * rows + CARD.foot;
}

/** @returns {number} upper edge of the row at `place` of a card, from the top of the card */
export function rowTop(node, place) {
  return CARD.header + node.rowHeight * place;
}

/** @returns {number} middle of the row at `place` of a card, from the top of the card */
export function rowMiddle(node, place) {
  return rowTop(node, place) + node.rowHeight / 2;
}

/**
 * The width of a card, and where the name, bar and number of its rows stand, from its left. All cards are equally
 * wide but those whose heading or states are long.
 */
export function columns(heading, names, isApproximate) {
  const longest = Math.max(0, ...names.map((name) => name.length)) * CHARACTER.state;
  const numberWidth = isApproximate ? NUMBER_COLUMN.approximate : NUMBER_COLUMN.exact;
  const others = GAP + LEAST_BAR + GAP + numberWidth;
  const nameWidth = clamped(longest, LEAST_NAME, CARD.widest - 2 * CARD.pad - others);
  const wanted = 2 * CARD.pad + Math.max(nameWidth + others, heading.length * CHARACTER.heading);
  const width = Math.round(clamped(wanted, CARD.width, CARD.widest));
  const bar = CARD.pad + nameWidth + GAP;
  const number = width - CARD.pad;
  return { width, name: CARD.pad, nameWidth, bar, barWidth: number - numberWidth - GAP - bar, number };
}

/** How wide a circle has to be drawn out for the lines of its name. */
export function circleWidth(lines) {
  const longest = Math.max(...lines.map((line) => line.length)) * CHARACTER.circle;
  return Math.round(clamped(longest + 2 * CIRCLE.pad, 2 * CIRCLE.radius, CIRCLE.widest));
}

function clamped(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

/** @returns {import("./viewport.js").Box} */
export function boxOf(node) {
  return {
    left: node.x - node.width / 2, right: node.x + node.width / 2,
    top: node.y - node.height / 2, bottom: node.y + node.height / 2,
  };
}

/** The smallest box around all nodes; null where there are none. */
export function bounds(nodes) {
  if (nodes.length === 0) return null;
  return nodes.map(boxOf).reduce((all, box) => ({
    left: Math.min(all.left, box.left), top: Math.min(all.top, box.top),
    right: Math.max(all.right, box.right), bottom: Math.max(all.bottom, box.bottom),
  }));
}

/** @returns {boolean} whether two boxes share a point */
export function overlaps(a, b) {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;
}

/** @returns {boolean} */
export function contains(box, point) {
  return box.left <= point.x && point.x <= box.right && box.top <= point.y && point.y <= box.bottom;
}

/** The box with two points for corners. */
export function boxBetween(a, b) {
  return {
    left: Math.min(a.x, b.x), right: Math.max(a.x, b.x),
    top: Math.min(a.y, b.y), bottom: Math.max(a.y, b.y),
  };
}

/** Where the edge from `node` to `point` leaves it, and the outward direction of the border there. */
export function borderPoint(node, point) {
  const dx = point.x - node.x;
  const dy = point.y - node.y;
  if (dx === 0 && dy === 0) return { x: node.x, y: node.y + node.height / 2, nx: 0, ny: 1 };
  return node.shape === "circle" ? onEllipse(node, dx, dy) : onRectangle(node, dx, dy);
}

/** Straight toward the centre, as in textbooks. */
function onEllipse(node, dx, dy) {
  const length = Math.hypot(dx, dy);
  const [nx, ny] = [dx / length, dy / length];
  const radius = 1 / Math.hypot((2 * nx) / node.width, (2 * ny) / node.height);
  return { x: node.x + nx * radius, y: node.y + ny * radius, nx, ny };
}

/** An edge meets a border this far toward the place right opposite: 0 aims at the centre, 1 leaves straight. */
const OPPOSITE = 0.7;

function onRectangle(node, dx, dy) {
  const [halfWidth, halfHeight] = [node.width / 2, node.height / 2];
  const meetsSide = Math.abs(dx) * halfHeight > Math.abs(dy) * halfWidth;
  const inset = Math.min(node.radius, halfWidth, halfHeight);
  // Kept off the rounded corners, where the straight border has already ended.
  const along = (distance, half) => clamped(distance * OPPOSITE, inset - half, half - inset);
  const x = meetsSide ? Math.sign(dx) * halfWidth : along(dx, halfWidth);
  const y = meetsSide ? along(dy, halfHeight) : Math.sign(dy) * halfHeight;
  return { x: node.x + x, y: node.y + y, nx: meetsSide ? Math.sign(dx) : 0, ny: meetsSide ? 0 : Math.sign(dy) };
}

const ARROW = { length: 11, half: 5 };

/**
 * A soft curve from a factor to a variable: its path and points, the arrow head at its end and the place of its
 * port number.
 * It starts at the centre of the factor, whose square covers the beginning.
 */
export function edgePath(factor, variable, isChild) {
  const { to, toward, points } = edgeCurve(factor, variable, isChild);
  const [start, ...rest] = points.map(({ x, y }) => `${near(x)} ${near(y)}`);
  return {
    points,
    line: `M${start}C${rest.join(" ")}`,
    arrow: isChild ? arrowHead(to) : "",
    label: { x: near(factor.x + toward.x * 29), y: near(factor.y + toward.y * 29) },
  };
}

/** The four points of the curve of an edge, where it meets the variable, and the straight direction to there. */
export function edgeCurve(factor, variable, isChild) {
  const to = borderPoint(variable, factor);
  const base = isChild ? { x: to.x + to.nx * (ARROW.length - 1), y: to.y + to.ny * (ARROW.length - 1) } : to;
  const length = Math.hypot(base.x - factor.x, base.y - factor.y) || 1;
  const bend = length * 0.42;
  const toward = { x: (base.x - factor.x) / length, y: (base.y - factor.y) / length };
  const out = unit(toward.x - to.nx, toward.y - to.ny);
  const first = { x: factor.x + out.x * bend, y: factor.y + out.y * bend };
  const second = { x: base.x + to.nx * bend, y: base.y + to.ny * bend };
  return { to, toward, points: [{ x: factor.x, y: factor.y }, first, second, { x: base.x, y: base.y }] };
}

function unit(x, y) {
  const length = Math.hypot(x, y) || 1;
  return { x: x / length, y: y / length };
}

/** A triangle whose tip is at `tip`, pointing against the outward direction there. */
export function arrowHead(tip) {
  const base = { x: tip.x + tip.nx * ARROW.length, y: tip.y + tip.ny * ARROW.length };
  const [sideX, sideY] = [-tip.ny * ARROW.half, tip.nx * ARROW.half];
  return `M${near(tip.x)} ${near(tip.y)}L${near(base.x + sideX)} ${near(base.y + sideY)}` +
    `L${near(base.x - sideX)} ${near(base.y - sideY)}Z`;
}

/** Canvas units to a tenth: what a screen can show, in few characters. */
export function near(value) {
  return Math.round(value * 10) / 10;
}

/**
 * How far a dragged node really moves: onto the centre line of another node within `reach`, else onto the grid.
 * @param {import("./viewport.js").Point} start centre of the grabbed node before the drag
 * @param {Iterable<import("./viewport.js").Point>} others centres of the nodes that stay
 * @returns {{dx: number, dy: number, guides: {x: number|null, y: number|null}}}
 */
export function snapped(start, dx, dy, others, reach, isFree) {
  if (isFree) return { dx, dy, guides: { x: null, y: null } };
  const x = nearest(start.x + dx, others, "x", reach);
  const y = nearest(start.y + dy, others, "y", reach);
  return {
    dx: (x ?? onGrid(start.x + dx)) - start.x,
    dy: (y ?? onGrid(start.y + dy)) - start.y,
    guides: { x, y },
  };
}

function onGrid(value) {
  return Math.round(value / GRID) * GRID;
}

function nearest(value, others, axis, reach) {
  let best = null;
  let distance = reach;
  for (const other of others) {
    const away = Math.abs(other[axis] - value);
    if (away < distance) [best, distance] = [other[axis], away];
  }
  return best;
}
