/** The whole drawing as a stand-alone SVG file: the same trees as on the page, with colours written out. */

import { nodeTree } from "./cards.js";
import { edgeTree } from "./edges.js";
import { bounds } from "./geometry.js";
import { TINTS } from "./looks.js";
import { behindItems, frontItems } from "./overlay_trees.js";
import { EMPTY, NO_PREVIEW, sceneOf } from "./scene.js";
import { h, render } from "./svg.js";

const MARGIN = 40;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";
const COLOURS = [
  "bg", "card", "line", "ink", "soft", "faint", "accent", "observed", "observed-soft", "ghost", "bad", "warn",
  "good",
];

/** What of a look has its tint for a line, and for its inside. */
const STROKED = ["look-line", "halo", "outline", "hull", "mark-stop", "mark-slash", "label frame"];
const FILLED = ["arrow", "mark-chevron", "hull", "seal"];

/**
 * How an element of each class is painted: colour names stand for the theme's. Programs that edit drawings know
 * attributes, but no style sheets with variables. Later lines win; two words ask for both classes, the first of
 * them on an element around.
 */
const PAINT = [
  ["line", { fill: "none", stroke: "soft", "stroke-width": 1.8 }],
  ["arrow", { fill: "soft" }],
  ["body", { fill: "card", stroke: "line", "stroke-width": 1.5 }],
  ["area", { fill: "none" }],
  ["heading", { fill: "ink", "font-size": 17, "font-weight": 650 }],
  ["tight heading", { "font-size": 15 }],
  ["circle heading", { "font-size": 15, "text-anchor": "middle" }],
  ["state", { fill: "ink", "font-size": 15 }],
  ["number", { fill: "ink", "font-size": 15, "text-anchor": "end", "font-variant-numeric": "tabular-nums" }],
  ["track", { fill: "faint" }],
  ["ghost", { fill: "ghost" }],
  ["bar", { fill: "accent" }],
  ["strike", { fill: "none", stroke: "observed", "stroke-width": 2 }],
  ["stripes", { fill: "none", stroke: "card", "stroke-width": 2 }],
  ["tick", { fill: "none", stroke: "observed", "stroke-width": 3 }],
  ["knob", { fill: "card", stroke: "observed", "stroke-width": 2.5 }],
  ["dot", { fill: "observed" }],
  ["slider-mark", { fill: "none", stroke: "observed", "stroke-width": 2 }],
  ["not-mark", { fill: "none", stroke: "observed", "stroke-width": 2 }],
  ["seen body", { fill: "observed-soft", stroke: "observed", "stroke-width": 2.5 }],
  ["seen bar", { fill: "observed" }],
  ["seen track", { fill: "line" }],
  ["stale bar", { fill: "soft" }],
  ["suspended body", { stroke: "observed", "stroke-dasharray": "6 5" }],
  ["suspended dot", { fill: "card", stroke: "observed", "stroke-width": 2 }],
  ["conflict body", { stroke: "bad", "stroke-width": 3 }],
  ["factor body", { fill: "soft", stroke: "none" }],
  ["sign", { fill: "card", "font-size": 16, "font-weight": 600, "text-anchor": "middle" }],
  ["caption", { fill: "soft", "font-size": 15, "text-anchor": "end" }],
  ["problem-mark", { fill: "warn" }],
  ["conflict-mark", { fill: "bad" }],
  ["twin", { fill: "card", stroke: "warn", "stroke-width": 1 }],
  ["hatch", { fill: "none", stroke: "warn", "stroke-width": 1.6 }],
  ["gap", { fill: "warn", "fill-opacity": 0.16 }],
  ["twin-number", { fill: "warn", "font-size": 14, "text-anchor": "end" }],
  ["gap-ends", { fill: "none", stroke: "warn", "stroke-width": 1.5 }],
  ["frame", { fill: "card", stroke: "line", "stroke-width": 1.2 }],
  ["leader", { fill: "none", stroke: "soft", "stroke-width": 1.2, "stroke-dasharray": "2 3" }],
  ["way", { fill: "soft" }],
  ["strip bar", { fill: "ink" }],
  ["input frame", { stroke: "accent", "stroke-width": 2 }],
  ["current frame", { stroke: "accent", "stroke-width": 3 }],
  ...["input", "current"].flatMap((word) => [
    [`${word} bar`, { fill: "accent" }], [`${word} way`, { fill: "accent" }],
  ]),
  ["hint", { fill: "soft", "font-size": 10, "text-anchor": "middle" }],
  ["look-line", { fill: "none" }],
  ["halo", { fill: "none", "stroke-opacity": 0.25, "stroke-linejoin": "round" }],
  ["hull", { "fill-opacity": 0.07, "stroke-opacity": 0.8, "stroke-linejoin": "round" }],
  ["outline", { fill: "none", "stroke-linecap": "round" }],
  ["mark-stop", { fill: "none", "stroke-width": 5 }],
  ["mark-slash", { fill: "none", "stroke-width": 2.6 }],
  ["faded", { opacity: 0.4 }],
  ["words", { fill: "ink", "font-size": 13, "font-weight": 650, "text-anchor": "middle" }],
  ["sign-mark", { fill: "none", stroke: "card", "stroke-width": 2.6, "stroke-linecap": "round" }],
  ...TINTS.flatMap((tint) => [
    ...STROKED.map((part) => [`tint-${tint} ${part}`, { stroke: tint }]),
    ...FILLED.map((part) => [`tint-${tint} ${part}`, { fill: tint }]),
  ]),
];

/** @param {object} state of the store @param {Element} host whose theme is used @returns {string} */
export function svgText(state, host) {
  const { drawing, sections, ui } = state;
  const plain = { compact: ui.compact, overlay: ui.overlay };
  const scene = sceneOf({ drawing, sections, ui: plain, preview: NO_PREVIEW, level: "full" }, EMPTY);
  const svg = render(whole(scene));
  const palette = paletteOf(host);
  paint(svg.lastChild, [], palette);
  svg.querySelector("rect").setAttribute("fill", palette.get("bg"));
  return new XMLSerializer().serializeToString(svg);
}

function whole(scene) {
  const { strips, labels } = scene.overlay;
  const box = bounds([...scene.nodes, ...strips, ...labels]) ?? { left: 0, top: 0, right: 0, bottom: 0 };
  const frame = { x: box.left - MARGIN, y: box.top - MARGIN, width: box.right - box.left + 2 * MARGIN,
    height: box.bottom - box.top + 2 * MARGIN };
  return h("svg", {
    viewBox: `${frame.x} ${frame.y} ${frame.width} ${frame.height}`, width: frame.width, height: frame.height,
    "font-family": FONT, role: "img",
  }, [
    h("title", {}, scene.title),
    h("rect", frame),
    h("g", {}, [
      ...treesOf(behindItems(scene.overlay)), ...scene.edges.map(edgeTree), ...scene.nodes.map(nodeTree),
      ...treesOf(frontItems(scene.overlay)),
    ]),
  ]);
}

const treesOf = (items) => items.map(({ tree }) => tree);

function paletteOf(host) {
  const style = getComputedStyle(host);
  return new Map(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

const ONLY_ON_THE_PAGE = ["ring", "pulse"];
const LEFT_OUT = new Set(["class", "tabindex", "role", "aria-label", "aria-pressed", "aria-hidden"]);

/** Writes colours into `element` and all in it; `around`: the classes of the elements around it. */
function paint(element, around, palette) {
  const own = (element.getAttribute("class") ?? "").split(" ");
  const reached = [...around, ...own];
  for (const [rule, attributes] of PAINT) {
    const words = rule.split(" ");
    const isMeant = own.includes(words.at(-1)) && words.every((word) => reached.includes(word));
    if (isMeant) write(element, attributes, palette);
  }
  for (const name of element.getAttributeNames()) {
    if (LEFT_OUT.has(name) || name.startsWith("data-")) element.removeAttribute(name);
  }
  if (element.style.transform) unstyle(element);
  for (const child of [...element.children]) {
    if (ONLY_ON_THE_PAGE.some((name) => child.classList.contains(name))) child.remove();
    else paint(child, reached, palette);
  }
}

function write(element, attributes, palette) {
  for (const name of Object.keys(attributes)) {
    element.setAttribute(name, palette.get(attributes[name]) ?? attributes[name]);
  }
}

/** The transform of a bar as an attribute, which other programs understand too. */
function unstyle(element) {
  const { transform: styled } = element.style;
  const transform = styled.replaceAll("px", "").replace("scaleX(", "scale(").replace(/\)$/, ", 1)");
  element.removeAttribute("style");
  element.setAttribute("transform", transform);
}
