/** The elements of the canvas: one <svg>, in it one group that pans and zooms, in that the layers. */

import { nodeTree } from "./cards.js";
import { edgeChunks, edgeTree } from "./edges.js";
import { boxBetween, boxOf, overlaps } from "./geometry.js";
import { createLayer, h, render } from "./svg.js";
import { visibleBox } from "./viewport.js";

/** Smaller drawings are kept whole in the page; of larger ones only what is near the window. */
const ALWAYS_WHOLE = 150;
/** How far beyond the window nodes are kept, in windows: room for a pan before it pauses. */
const MARGIN = 0.5;
/** More bars than this do not glide: every frame of it would paint all of them. */
const MOST_GLIDING = 120;

/** @param {HTMLElement} host */
export function createStage(host) {
  const svg = render(h("svg", { class: "canvas", role: "application", tabindex: -1 }));
  const world = svg.appendChild(render(h("g", { class: "world" })));
  const [edges, nodes, tools, changes, overlay] = ["edges", "nodes", "tools", "changes", "overlay"]
    .map((name) => createLayer(world.appendChild(render(h("g", { class: name })))));
  host.append(svg);

  return {
    svg,
    size: () => ({ width: host.clientWidth, height: host.clientHeight }),
    element: (id) => nodes.element(id),
    place(view) {
      world.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`;
    },
    setMoving: (isMoving) => svg.classList.toggle("moving", isMoving),
    show(scene, view, size, kept) {
      const box = scene.nodes.length > ALWAYS_WHOLE ? visibleBox(view, size, MARGIN) : null;
      const isShown = (node) => box === null || node.id === kept || overlaps(boxOf(node), box);
      const shown = scene.nodes.filter(isShown);
      svg.classList.toggle("still", shown.length > MOST_GLIDING);
      svg.setAttribute("aria-label", `Factor graph ${scene.title}`);
      edges.show(edgeItems(scene, box));
      nodes.show(shown.map((node) => ({ key: node.id, tree: nodeTree(node) })));
    },
    showTools: tools.show,
    showChanges: changes.show,
    showOverlay: (trees) => overlay.show(trees.map((tree, index) => ({ key: `${index}`, tree }))),
    destroy: () => svg.remove(),
  };
}

function edgeItems(scene, box) {
  const isFar = scene.level === "far" || scene.level === "dot";
  if (isFar && scene.edges.length > ALWAYS_WHOLE) return edgeChunks(scene.edges, scene.level === "dot");
  const isShown = (edge) => overlaps(boxBetween(scene.byId.get(edge.factor), scene.byId.get(edge.variable)), box);
  const shown = box ? scene.edges.filter(isShown) : scene.edges;
  return shown.map((edge) => ({ key: edge.key, tree: edgeTree(edge) }));
}
