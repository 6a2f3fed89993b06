/** The overlay of a scene as SVG trees: hulls behind everything, links over them, strips and labels in front. */

import { near } from "./geometry.js";
import { LABEL } from "./labels.js";
import { EDGE_LOOKS } from "./looks.js";
import { STRIP } from "./overlay.js";
import { closedPath } from "./overlay_geometry.js";
import { TIP } from "./strip_places.js";
import { h } from "./svg.js";

const HALF_ARROW = 6;

const trees = new WeakMap();

/** The same tree for the same description. */
function remembered(draw) {
  return (item) => {
    if (!trees.has(item)) trees.set(item, draw(item));
    return trees.get(item);
  };
}

const groupTree = remembered(({ d, tint, width, dash, isCurrent }) =>
  h("path", {
    class: `hull tint-${tint}${isCurrent ? " current" : ""}`, d, "stroke-width": width, "stroke-dasharray": dash,
  }));

const linkLineTree = remembered(({ d, tint, width, dash, title }) =>
  h("g", { class: `between tint-${tint}` }, [
    h("title", {}, title),
    h("path", { class: "look-line", d, "stroke-width": width, "stroke-dasharray": dash, "stroke-linecap": "round" }),
  ]));

const stripTree = remembered((strip) => {
  const { x, y, width, height, emphasis } = strip;
  return h("g", {
    class: emphasis ? `strip ${emphasis}` : "strip", transform: `translate(${near(x)} ${near(y)})`,
    role: "img", "aria-label": strip.title,
  }, [
    h("title", {}, strip.title),
    h("rect", { class: "frame", x: -width / 2, y: -height / 2, width, height, rx: 5 }),
    h("path", { class: "way", d: arrowPath(strip) }),
    ...strip.shares.flatMap((share, row) => barTrees(share, row, strip)),
    strip.hint ? h("text", { class: "hint", y: near(height / 2 - STRIP.pad) }, strip.hint) : null,
  ]);
});

/** A triangle in the middle of the side that looks to where the message goes. */
function arrowPath({ width, height, tip }) {
  const base = { x: (tip.x * (width + 1.5)) / 2, y: (tip.y * (height + 1.5)) / 2 };
  const [sideX, sideY] = [tip.y * HALF_ARROW, tip.x * HALF_ARROW];
  return closedPath([
    { x: base.x + sideX, y: base.y + sideY }, { x: base.x + tip.x * TIP, y: base.y + tip.y * TIP },
    { x: base.x - sideX, y: base.y - sideY },
  ]);
}

function barTrees(share, row, { width, height }) {
  const [x, y] = [STRIP.pad - width / 2, near(STRIP.pad - height / 2 + row * (STRIP.row + STRIP.gap))];
  const size = { width: STRIP.bar, height: STRIP.row, rx: 2 };
  return [
    h("rect", { class: "track", x, y, ...size }),
    h("rect", { class: "bar", ...size, style: `transform: translate(${x}px, ${y}px) scaleX(${share})` }),
  ];
}

const edgeNoteTree = remembered(({ x, y, width, text, look }) =>
  labelTree({ x, y, width, text, tint: EDGE_LOOKS.get(look)?.tint ?? "soft" }));

/** The title of a group, on its outline. */
const groupTitleTree = ({ label: { text, width, height, box }, tint }) =>
  labelTree({ x: box.left + width / 2, y: box.top + height / 2, width, text, tint });

/** A few words in a frame, `x` and `y` in its middle. */
export function labelTree({ x, y, width, text, tint }) {
  return h("g", { class: `label tint-${tint}`, transform: `translate(${near(x)} ${near(y)})` }, [
    h("rect", {
      class: "frame", x: -width / 2, y: -LABEL.height / 2, width, height: LABEL.height, rx: LABEL.height / 2,
    }),
    h("text", { class: "words", y: 4.7 }, text),
  ]);
}

/** What lies behind the drawing: hulls, and on them links. @param {object} overlay of a scene */
export function behindItems({ groups, links }) {
  return [...itemsOf(groups, groupTree), ...itemsOf(links, linkLineTree)];
}

/**
 * What lies in front of it: messages, and the notes of edges and titles of groups.
 * @param {object} overlay of a scene @param {(item: object) => boolean} [isShown]
 */
export function frontItems({ groups, strips, labels }, isShown = () => true) {
  const shown = strips.filter(isShown);
  return [
    ...leaderItems(shown), // below every strip
    ...itemsOf(shown, stripTree),
    ...itemsOf(labels.filter(isShown), edgeNoteTree),
    ...itemsOf(groups.filter(({ label }) => label.box), groupTitleTree),
  ];
}

function leaderItems(strips) {
  const lines = strips.filter(({ leader }) => leader).map(({ x, y, leader }) => (
    `M${near(x)} ${near(y)}L${near(leader.x)} ${near(leader.y)}`));
  return lines.length > 0 ? [{ key: "leaders", tree: h("path", { class: "leader", d: lines.join("") }) }] : [];
}

function itemsOf(list, treeOf) {
  return list.map((item) => ({ key: item.key, tree: treeOf(item) }));
}
