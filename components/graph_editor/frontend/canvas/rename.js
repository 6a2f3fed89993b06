/** A name edited where it stands: a text field over it. */

import { CARD, boxOf, rowTop } from "./geometry.js";
import { toScreen } from "./viewport.js";

/** Smaller than this, in pixels, a field could not be written in. */
const LEAST = { width: 120, height: 24, size: 13 };

/**
 * @param {HTMLElement} host
 * @returns {{open(request): void, follow(): void, close(): void}}
 *   `request`: {text, name, box(), commit(text), after()}; `follow`: what is named has moved on the screen
 */
export function createRename(host) {
  const field = document.createElement("input");
  field.className = "canvas-rename";
  field.spellcheck = false;
  field.maxLength = 200;
  let request = null;

  /** Takes the field away before it speaks: removing it blurs it, and that must not commit again. */
  function finish(isKept) {
    if (request === null) return;
    const { text, commit, after } = request;
    const wanted = field.value.trim();
    request = null;
    field.remove();
    if (isKept && wanted !== text) commit(wanted);
    after?.();
  }

  function onKey(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault();
      finish(event.key === "Enter");
    }
  }

  function follow() {
    if (request === null) return;
    const box = request.box();
    for (const side of ["left", "top", "width", "height"]) field.style[side] = `${box[side]}px`;
    field.style.fontSize = `${box.size}px`;
  }

  field.addEventListener("keydown", onKey);
  field.addEventListener("blur", () => finish(true));

  return {
    open(next) {
      finish(true);
      request = next;
      field.value = next.text;
      field.setAttribute("aria-label", next.name);
      follow();
      host.append(field);
      field.focus({ preventScroll: true });
      field.select();
    },
    follow,
    close: () => finish(false),
  };
}

/** Where the field stands for the name of a node, or of the state `index`, in pixels of the host. */
export function fieldBox(node, index, view) {
  const box = boxOf(node);
  const isWide = node.kind === "factor";
  const width = Math.max(((isWide ? CARD.width : node.width) - 12) * view.zoom, LEAST.width);
  const top = toScreen(view, { x: node.x, y: box.top + topOf(node, index) });
  return {
    left: node.shape === "card" ? toScreen(view, { x: box.left + 6, y: 0 }).x : top.x - width / 2,
    top: top.y,
    width,
    height: Math.max(30 * view.zoom, LEAST.height),
    size: Math.max((index === null ? 17 : 15) * view.zoom, LEAST.size),
  };
}

function topOf(node, index) {
  if (index !== null) return rowTop(node, node.rows.findIndex((row) => row.index === index)) - 2;
  if (node.kind === "factor") return node.height + 4;
  return node.shape === "circle" ? node.height / 2 - 15 : 3;
}
