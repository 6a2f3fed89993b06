/** The elements of the canvas: one <svg>, in it one group that pans and zooms, in that the layers. */

import { nodeTree } from "./cards.js";
import { edgeChunks, edgeTree, hasLook } from "./edges.js";
import { boxBetween, boxOf, overlaps } from "./geometry.js";
import { behindItems, frontItems } from "./overlay_trees.js";
import { createLayer, h, render } from "./svg.js";
import { visibleBox } from "./viewport.js";

/** Smaller drawings are kept whole in the page; of larger ones only what is near the window. */
const ALWAYS_WHOLE = 150;
/** How far beyond the window nodes are kept, in windows: room for a pan before it pauses. */
const MARGIN = 0.5;
/** More bars than this do not glide: every frame of it would paint all of them. */
const MOST_GLIDING = 120;

/** From the back to the front: hulls and links, what is drawn, messages and labels, what comes for a moment. */
const LAYERS = ["behind", "edges", "nodes", "front", "tools", "changes", "overlay"];

/** @param {HTMLElement} host */
export function createStage(host) {
  const svg = render(h("svg", { class: "canvas", role: "application", tabindex: -1 }));
  const world = svg.appendChild(render(h("g", { class: "world" })));
  const [behind, edges, nodes, front, tools, changes, overlay] = LAYERS
    .map((name) => createLayer(world.appendChild(render(h("g", { class: name })))));
  host.append(svg);

  let size = null;
  let last = []; // what `show` drew
  const isFocused = () => svg.contains(svg.getRootNode().activeElement);
  let entry = null;

  function measure() {
    size = { width: host.clientWidth, height: host.clientHeight };
  }

  /** The one node at which Tab comes in. More would trap it: the keys' own walk goes in another order. */
  function setEntry(shown, focused) {
    const id = shown.some((node) => node.id === focused) ? focused : uppermost(shown)?.id;
    const element = nodes.element(id) ?? null;
    if (element === entry) return;
    entry?.setAttribute("tabindex", -1);
    element?.setAttribute("tabindex", 0);
    entry = element;
  }

  measure();
  return {
    svg,
    size: () => size,
    /** The size is kept, not asked for: in the middle of a change the browser would have to do its whole layout. */
    measure,
    element: (id) => nodes.element(id),
    place(view) {
      world.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`;
    },
    setPicking: (isPicking) => svg.classList.toggle("picking", isPicking),
    setMoving: (isMoving) => svg.classList.toggle("moving", isMoving),
    show(scene, view, kept) {
      const now = [scene, view, size, kept];
      if (now.every((value, index) => value === last[index])) return;
      last = now;
      const box = scene.nodes.length > ALWAYS_WHOLE ? visibleBox(view, size, MARGIN) : null;
      const isShown = (node) => box === null || node.id === kept || overlaps(boxOf(node), box);
      const shown = scene.nodes.filter(isShown);
      svg.classList.toggle("still", shown.length > MOST_GLIDING);
      svg.setAttribute("aria-label", `Factor graph ${scene.title}`);
      behind.show(behindItems(scene.overlay));
      edges.show(edgeItems(scene, box));
      const hadFocus = isFocused();
      nodes.show(shown.map((node) => ({ key: node.id, tree: nodeTree(node) })));
      front.show(frontItems(scene.overlay, (item) => box === null || overlaps(boxOf(item), box)));
      if (hadFocus && !isFocused()) svg.focus({ preventScroll: true }); // its node is gone
      setEntry(shown, kept);
    },
    showTools: tools.show,
    showChanges: changes.show,
    showOverlay: (trees) => overlay.show(trees.map((tree, index) => ({ key: `${index}`, tree }))),
    destroy: () => svg.remove(),
  };
}

/** The first in the order of reading. */
function uppermost(nodes) {
  const isBefore = (one, other) => one.y < other.y || (one.y === other.y && one.x < other.x);
  return nodes.reduce((first, node) => (first === null || isBefore(node, first) ? node : first), null);
}

function edgeItems(scene, box) {
  const isFar = scene.level === "far" || scene.level === "dot";
  if (isFar && scene.edges.length > ALWAYS_WHOLE) return farEdgeItems(scene);
  const isShown = (edge) => overlaps(boxBetween(scene.byId.get(edge.factor), scene.byId.get(edge.variable)), box);
  const shown = box ? scene.edges.filter(isShown) : scene.edges;
  return shown.map(edgeItem);
}

function farEdgeItems({ edges, level }) {
  const plain = edges.filter((edge) => !hasLook(edge));
  return [...edgeChunks(plain, level === "dot"), ...edges.filter(hasLook).map(edgeItem)];
}

const edgeItem = (edge) => ({ key: edge.key, tree: edgeTree(edge) });
