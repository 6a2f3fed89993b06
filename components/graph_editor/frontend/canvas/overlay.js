/**
 * What a view of the reasoning wants to be seen on the drawing (`ui.overlay`), and where that goes: plain data.
 *
 * @typedef {{factor: string, variable: string, look?: string, note?: string, direction?: Direction,
 *   toVariable?: number[]|null, toFactor?: number[]|null}} EdgeEntry
 * @typedef {"toVariable"|"toFactor"} Direction
 * @typedef {{beliefs?: Map<string, number[]>, isExact?: boolean, twins?: Map<string, number[]>, edges?: EdgeEntry[],
 *   nodes?: {id: string, look?: string, note?: string}[], links?: {from: string, to: string, look: string}[],
 *   groups?: {ids: string[], look?: string, title?: string}[], areTwinsExact?: boolean, unseen?: Set<string>}} Overlay
 *   `isExact`: of `beliefs`; where it is not said, they are what the page's own beliefs are. `unseen`: variables to
 *   be drawn as if they were not observed
 */

import { label } from "../document.js";
import { probabilityText, visible } from "../text.js";
import { boxOf } from "./geometry.js";
import { labelOf } from "./labels.js";
import { CLIQUE_LOOKS, CURRENT_GROUP, LINK_LOOKS, LINK_TITLES } from "./looks.js";
import { closedPath, hullOf, linkPath } from "./overlay_geometry.js";
import { hasSame, reused, steady } from "./reuse.js";
import { stripPlaces } from "./strip_places.js";

/** A strip shows at most so many states. */
const MOST_BARS = 6;
export const STRIP = { pad: 3.5, bar: 30, row: 8, gap: 2, hint: 12 };
/** In drawings with more edges those without a message keep no place free: strips may move when one comes. */
const MOST_RESERVED = 150;

const NONE = new Map();
const NOBODY = new Set();
const BLANK = {
  beliefs: NONE, twins: NONE, areTwinsExact: false, nodes: NONE, edges: NONE, links: [], groups: [], unseen: NOBODY,
  isBlank: true,
};

/** @type {{groups: object[], links: object[], strips: object[], labels: object[]}} */
export const NO_OVERLAY = { groups: [], links: [], strips: [], labels: [], inputs: [] };

const known = new WeakMap();

/** @param {Overlay|null|undefined} overlay @returns {object} the same to be looked up by id; read once */
export function readOverlay(overlay) {
  if (!overlay) return BLANK;
  if (!known.has(overlay)) known.set(overlay, read(overlay));
  return known.get(overlay);
}

function read(overlay) {
  const { beliefs = NONE, isExact, twins = NONE, nodes = [], edges = [], links = [], groups = [] } = overlay;
  const { areTwinsExact = false, unseen = NOBODY } = overlay;
  const byFactor = new Map();
  const directionOf = directionsOf(edges);
  for (const entry of edges) {
    const own = byFactor.get(entry.factor) ?? new Map();
    byFactor.set(entry.factor, own.set(entry.variable, { ...entry, direction: directionOf(entry) }));
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return { beliefs, isExact, twins, areTwinsExact, nodes: byId, edges: byFactor, links, groups, unseen };
}

/** Which of the two messages of an edge is meant, where it is not said: it depends on the current one. */
function directionsOf(edges) {
  const current = edges.find(({ look }) => look === "current");
  const isInput = (entry) => entry.look === "input";
  const isOfVariable = edges.some((entry) => isInput(entry) && entry.variable === current?.variable);
  return (entry) => {
    if (entry.direction) return entry.direction;
    if (isInput(entry)) return entry.factor === current?.factor ? "toFactor" : "toVariable";
    return isOfVariable || (entry.toFactor && !entry.toVariable) ? "toFactor" : "toVariable";
  };
}

/** @returns {EdgeEntry|undefined} what is said of an edge */
export function edgeEntry(overlay, factor, variable) {
  return overlay.edges.get(factor)?.get(variable);
}

/**
 * Hulls, links, strips and labels of a scene. What did not change is what it was.
 * @param {{nodes: object[], edges: object[], byId: Map<string, object>, level: string}} scene
 * @param {object} overlay as `readOverlay` gives it
 * @param {Map<string, object>} variables
 * @param {Map<string, object>} factors
 * @param {object} [previous] the overlay of the scene before
 */
export function overlayOf(scene, overlay, { variables, factors }, previous = NO_OVERLAY) {
  if (overlay.isBlank) return NO_OVERLAY;
  const boxes = scene.nodes.flatMap(({ id, x, y, width, height }) => [id, x, y, width, height]);
  const geometry = previous.geometry && hasSame(previous.geometry, boxes) ? previous.geometry : boxes;
  const old = (list) => new Map(previous[list].map((item) => [item.key, item]));
  const groups = groupsOf(overlay.groups, scene, geometry, old("groups"));
  const isNear = scene.level === "full" || scene.level === "mid";
  const wanted = isNear ? wantedOf(scene, overlay, variables) : [];
  const taken = groups.map(({ label: { box } }) => box).filter(Boolean);
  const places = placesOf(wanted, scene, geometry, taken, previous);
  return {
    geometry, ...places, groups,
    links: linksOf(overlay.links, scene, geometry, old("links")),
    strips: wanted.flatMap(stripOf({ overlay, variables, factors, places: places.places, old: old("strips") })),
    labels: wanted.flatMap(noteOf({ overlay, places: places.places, old: old("labels") })),
  };
}

// Strips

/** Both directions of every edge: a strip that comes later finds its place free. */
function wantedOf({ edges }, overlay, variables) {
  const isSaid = (edge) => edgeEntry(overlay, edge.factor, edge.variable) !== undefined;
  const hasAny = edges.some((edge) => hasMessage(edgeEntry(overlay, edge.factor, edge.variable)));
  const reserved = hasAny && edges.length <= MOST_RESERVED ? edges : edges.filter(isSaid);
  return reserved.flatMap((edge) => {
    const entry = edgeEntry(overlay, edge.factor, edge.variable);
    const size = hasAny ? stripSize(variables.get(edge.variable).states.length) : null;
    const strips = size ? ["toVariable", "toFactor"].map((kind) => ({ ...size, kind })) : [];
    const note = entry?.note ? [{ ...labelOf(entry.note), kind: "note" }] : [];
    return [...strips, ...note].map((one) => (
      { ...one, key: `${one.kind} ${edge.key}`, edge, entry, points: edge.points, tip: tipOf(edge.points, one.kind) }));
  });
}

function hasMessage(entry) {
  return Boolean(entry && (entry.toVariable || entry.toFactor));
}

function stripSize(states) {
  const rows = Math.min(states, MOST_BARS);
  const hint = states > MOST_BARS ? STRIP.hint : 0;
  const height = 2 * STRIP.pad + rows * (STRIP.row + STRIP.gap) - STRIP.gap + hint;
  return { width: 2 * STRIP.pad + STRIP.bar, height };
}

/** Placing all strips costs some milliseconds: once for every arrangement, not for every message. */
function placesOf(wanted, { nodes, edges }, geometry, taken, previous) {
  const inputs = [geometry, ...wanted.flatMap(({ key, width, height }) => [key, width, height]),
    ...taken.flatMap(({ left, top }) => [left, top])];
  if (previous.places && hasSame(previous.inputs, inputs)) return { inputs: previous.inputs, places: previous.places };
  const notes = nodes.filter(({ note }) => note)
    .map(({ x, y, note }) => boxOf({ ...note, x: x + note.x, y: y + note.y }));
  return { inputs, places: stripPlaces(wanted, nodes, edges.map(({ points }) => points), [...taken, ...notes]) };
}

function stripOf({ overlay, variables, factors, places, old }) {
  return ({ key, kind, width, height, tip, edge, entry }) => {
    const variable = variables.get(edge.variable);
    const given = kind === "note" ? null : entry?.[kind];
    if (!Array.isArray(given) || given.length !== variable.states.length) return [];
    const before = old.get(key);
    const message = steady(given, before?.inputs[0]);
    const emphasis = emphasisOf(entry, kind);
    const factor = factors.get(edge.factor);
    const place = places.get(key);
    return [reused(before, [message, place, emphasis, width, height, tip.x, tip.y, variable, factor], () => ({
      key, width, height, emphasis, leader: place.leader, x: place.x, y: place.y, tip,
      ...barsOf(message, variable.states), title: titleOf(kind, factor, variable, message),
    }))];
  };
}

function emphasisOf({ look, direction }, kind) {
  if (look === "dim") return "dim";
  return (look === "current" || look === "input") && direction === kind ? look : "";
}

/** The way an edge takes where it meets its variable, as one of the four in which the sides of a strip look. */
function tipOf([, , before, end], kind) {
  const way = { toVariable: 1, toFactor: -1, note: 0 }[kind];
  const [dx, dy] = [(end.x - before.x) * way, (end.y - before.y) * way];
  return Math.abs(dx) > Math.abs(dy) ? { x: Math.sign(dx), y: 0 } : { x: 0, y: Math.sign(dy) };
}

function barsOf(message, states) {
  const all = states.map((_, index) => index);
  const best = all.toSorted((a, b) => message[b] - message[a] || a - b).slice(0, MOST_BARS);
  const shares = best.sort((a, b) => a - b).map((index) => Math.min(Math.max(message[index], 0), 1));
  return { shares, hint: states.length > MOST_BARS ? `${MOST_BARS} of ${states.length}` : "" };
}

function titleOf(kind, factor, variable, message) {
  const [from, to] = kind === "toVariable" ? [factor, variable] : [variable, factor];
  const numbers = variable.states.map((state, index) => `${visible(state)}  ${probabilityText(message[index])}`);
  return [`${visible(label(from))} \u2192 ${visible(label(to))}`, ...numbers].join("\n");
}

function noteOf({ overlay, places, old }) {
  return ({ key, kind, text, width, height, edge, entry }) => {
    if (kind !== "note") return [];
    const { x, y } = places.get(key);
    return [reused(old.get(key), [text, x, y, entry.look], () => (
      { key, x, y, width, height, text, look: entry.look, of: edge.key }))];
  };
}

// Links

function linksOf(links, { nodes, byId }, geometry, old) {
  return links.flatMap(({ from, to, look }, place) => {
    const ends = [byId.get(from), byId.get(to)];
    if (ends.includes(undefined) || from === to) return [];
    const key = `link ${place}`;
    const others = () => nodes.filter((node) => !ends.includes(node));
    return [reused(old.get(key), [from, to, look, geometry], () => ({
      key, from, to, ...(LINK_LOOKS.get(look) ?? LINK_LOOKS.get("moral")), title: LINK_TITLES.get(look) ?? "",
      d: linkPath(...ends, others()),
    }))];
  });
}

// Groups

/** A hull's least distance from its nodes, and how much farther off that of the next group is. */
const PAD = { least: 14, step: 6, most: 3 };

function groupsOf(groups, { byId, nodes }, geometry, old) {
  const labels = []; // those before: labels keep off each other
  return groups.flatMap(({ ids, look, title = "" }, place) => {
    const members = ids.flatMap((id) => byId.get(id) ?? []);
    if (members.length === 0) return [];
    const key = `group ${place}`;
    const known = old.get(key);
    const taken = labels.map(({ left, top }) => `${left} ${top}`).join();
    const group = reused(known, [ids.join("\n"), look, title, geometry, taken], () => {
      const hull = hullOf(members, PAD.least + PAD.step * (place % PAD.most));
      const style = look === "current" ? CURRENT_GROUP : CLIQUE_LOOKS[place % CLIQUE_LOOKS.length];
      return { key, ...style, isCurrent: look === "current", d: closedPath(hull),
        label: titlePlace(title, hull, [...labels, ...nodes.map(boxOf)]) };
    });
    if (group.label.box) labels.push(group.label.box);
    return [group];
  });
}

/**
 * The title on the outline, where it covers least: it tries the points of the hull, the upper left ones first. It
 * does not stick out to the sides, where the window may end.
 */
function titlePlace(title, hull, boxes) {
  if (title === "") return { text: "", box: null };
  const { text, width, height } = labelOf(title);
  const sides = hull.map((point) => point.x);
  const inside = (x) => Math.max(Math.min(x, Math.max(...sides) - width / 2), Math.min(...sides) + width / 2);
  const places = hull.toSorted((a, b) => a.y + a.x / 4 - (b.y + b.x / 4)).map((point) => (
    boxOf({ x: inside(point.x), y: point.y, width, height })));
  const covered = places.map((place) => boxes.reduce((sum, box) => sum + shared(place, box), 0));
  return { text, width, height, box: places[covered.indexOf(Math.min(...covered))] };
}

function shared(a, b) {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}
