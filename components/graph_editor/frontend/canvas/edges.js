/** Edges of the scene as SVG trees. */

import { lookedEdgeTree } from "./look_trees.js";
import { EDGE_LOOKS } from "./looks.js";
import { h } from "./svg.js";

const CHUNK = 250;
const trees = new WeakMap();

/** @param {object} edge of a scene @returns {import("./svg.js").Tree} the same tree for the same edge */
export function edgeTree(edge) {
  if (!trees.has(edge)) trees.set(edge, draw(edge));
  return trees.get(edge);
}

function draw(edge) {
  if (hasLook(edge)) return lookedEdgeTree(edge);
  return h("g", { class: edge.isNear ? "edge near" : "edge" }, [
    h("path", { class: "line", d: edge.line }),
    edge.arrow ? h("path", { class: "arrow", d: edge.arrow }) : null,
  ]);
}

/** @returns {boolean} whether a view of the reasoning gives the edge a look of its own */
export function hasLook({ look }) {
  return EDGE_LOOKS.has(look);
}

/** The edges of a drawing seen from far away, a few paths for all of them. */
export function edgeChunks(edges, isDot) {
  const chunks = [];
  for (let start = 0; start < edges.length; start += CHUNK) {
    const part = edges.slice(start, start + CHUNK);
    const lines = part.map((edge) => edge.line).join("");
    const arrows = isDot ? "" : part.map((edge) => edge.arrow).join("");
    const tree = h("g", { class: "edge" }, [
      h("path", { class: "line", d: lines }),
      arrows ? h("path", { class: "arrow", d: arrows }) : null,
    ]);
    chunks.push({ key: `chunk ${start}`, tree });
  }
  return chunks;
}
