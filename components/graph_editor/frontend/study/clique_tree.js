/** The junction tree as a small drawing: cliques, what joins them, the message that is on its way. */

import { h, svg } from "../dom.js";
import { visible } from "../text.js";

const BOX = { width: 46, height: 24, across: 58, down: 44, margin: 6 };

/**
 * Where cliques stand: the root on top, each above the middle of its children; further trees beside it.
 * @param {number[]} cliques  their numbers
 * @param {[number, number][]} links
 * @param {number} root
 * @returns {{places: Map<number, {x: number, y: number}>, across: number, down: number}}  in columns and rows
 */
export function layoutOf(cliques, links, root) {
  const places = new Map();
  let across = 0;
  let down = 0;
  const near = (clique) => links.flatMap(([a, b]) => (a === clique ? [b] : b === clique ? [a] : []));
  const put = (clique, row) => {
    places.set(clique, { x: 0, y: row });
    down = Math.max(down, row + 1);
    const children = near(clique).filter((other) => !places.has(other));
    const columns = children.map((child) => put(child, row + 1));
    const x = columns.length > 0 ? (columns[0] + columns.at(-1)) / 2 : across;
    if (columns.length === 0) across += 1;
    places.set(clique, { x, y: row });
    return x;
  };
  for (const start of [root, ...cliques]) {
    if (cliques.includes(start) && !places.has(start)) put(start, 0);
  }
  return { places, across, down };
}

/**
 * What is to be drawn after some steps: which links have carried what, which cliques know all.
 * @param {import("./trace.js").Trace} trace
 * @param {number} count
 */
export function treeAfter(trace, count) {
  const of = (kind) => trace.steps.filter((step) => step.kind === kind);
  const taken = trace.steps.slice(0, count);
  const step = taken.at(-1) ?? null;
  const isMessage = ({ kind }) => kind === "collect" || kind === "distribute";
  const root = of("collect").at(-1)?.cliques[1] ?? of("clique")[0]?.cliques[0] ?? 0;
  return {
    cliques: of("clique").map(({ cliques: [number], scope }) => ({ number, scope })),
    links: of("separator").map(({ cliques, scope }) => ({ cliques, scope })),
    root, sent: taken.filter(isMessage).map(({ cliques }) => cliques),
    found: new Set(taken.filter(({ kind }) => kind === "clique").map(({ cliques: [number] }) => number)),
    isJoined: ({ cliques: [a, b] }) => taken.some(({ kind, cliques }) => (
      kind === "separator" && cliques[0] === a && cliques[1] === b)),
    informed: new Set(taken.filter(({ beliefs }) => beliefs.length > 0).map(({ cliques }) => cliques.at(-1))),
    current: step?.cliques ?? [], message: step && isMessage(step) ? step.cliques : null,
  };
}

/**
 * @param {import("./trace.js").Trace} trace
 * @param {number} count  steps that were taken
 */
export function cliqueTree(trace, count) {
  const tree = treeAfter(trace, count);
  if (tree.found.size === 0) return null;
  const { places, across, down } = layoutOf(
    tree.cliques.map(({ number }) => number), tree.links.map(({ cliques }) => cliques), tree.root);
  const at = (number) => {
    const { x, y } = places.get(number);
    return { x: BOX.margin + BOX.width / 2 + x * BOX.across, y: BOX.margin + BOX.height / 2 + y * BOX.down };
  };
  const width = 2 * BOX.margin + BOX.width + (across - 1) * BOX.across;
  const height = 2 * BOX.margin + BOX.height + (down - 1) * BOX.down;
  const names = (ids) => visible(ids.map((id) => trace.variables.get(id).name).join(", "));
  return h("div", {
    class: "study-roads-tree", key: "tree", tabindex: "0", role: "region", "aria-label": "Junction tree",
  },
    svg("svg", {
      viewBox: `0 0 ${width} ${height}`, width: String(width), height: String(height), role: "img",
      "aria-label": textOf(tree),
    },
    tree.links.filter(tree.isJoined).map((link) => linkOf(tree, link, at, names)),
    tree.cliques.filter(({ number }) => tree.found.has(number)).map((one) => boxOf(tree, one, at, names))));
}

function textOf({ cliques, message, informed }) {
  const now = message ? ` C${message[0]} tells C${message[1]}.` : "";
  return `Junction tree of ${cliques.length} cliques, of which ${informed.size} know all.${now}`;
}

function boxOf({ current, informed }, { number, scope }, at, names) {
  const { x, y } = at(number);
  const look = [current.includes(number) && "current", informed.has(number) && "informed"].filter(Boolean).join(" ");
  return svg("g", { key: `c${number}`, class: `clique ${look}`.trim(), transform: `translate(${x} ${y})` },
    svg("title", {}, `C${number}: ${names(scope)}`),
    svg("rect", { x: -BOX.width / 2, y: -BOX.height / 2, width: BOX.width, height: BOX.height, rx: 7 }),
    svg("text", {}, informed.has(number) ? `C${number} ✓` : `C${number}`));
}

function linkOf({ sent, message }, { cliques: [a, b], scope }, at, names) {
  const times = sent.filter((pair) => pair.includes(a) && pair.includes(b)).length;
  const isNow = message !== null && message.includes(a) && message.includes(b);
  const [from, to] = isNow ? message.map(at) : [at(a), at(b)];
  return svg("g", { key: `l${a} ${b}`, class: `link sent-${times}${isNow ? " current" : ""}` },
    svg("title", {}, names(scope)),
    svg("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y }),
    isNow && svg("path", { class: "arrow", d: "M-6-6 6 0-6 6z", transform: arrowAt(from, to) }));
}

function arrowAt(from, to) {
  const turn = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  return `translate(${(from.x + to.x) / 2} ${(from.y + to.y) / 2}) rotate(${turn})`;
}
