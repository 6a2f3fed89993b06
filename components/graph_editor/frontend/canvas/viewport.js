/** The window onto the drawing: screen = canvas · zoom + (x, y). Pure values; nothing here knows of the DOM. */

export const ZOOM = { least: 0.05, most: 4 };
/** A small drawing is not blown up to fill the screen. */
const FIT_ZOOM = 1.8;

/**
 * @typedef {{x: number, y: number, zoom: number}} Viewport
 * @typedef {{x: number, y: number}} Point
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box
 * @typedef {{width: number, height: number}} Size
 */

/** @type {Viewport} */
export const START = { x: 0, y: 0, zoom: 1 };

/** @param {Viewport} view @param {Point} point @returns {Point} */
export function toCanvas(view, point) {
  return { x: (point.x - view.x) / view.zoom, y: (point.y - view.y) / view.zoom };
}

/** @param {Viewport} view @param {Point} point @returns {Point} */
export function toScreen(view, point) {
  return { x: point.x * view.zoom + view.x, y: point.y * view.zoom + view.y };
}

/** @param {Viewport} view @param {number} dx @param {number} dy @returns {Viewport} */
export function panBy(view, dx, dy) {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

/** Zoomed by `factor` so that the canvas point under `screen` stays under it. */
export function zoomAt(view, screen, factor) {
  const zoom = limited(view.zoom * factor);
  const fixed = toCanvas(view, screen);
  return { zoom, x: screen.x - fixed.x * zoom, y: screen.y - fixed.y * zoom };
}

/** The whole of `box` in the middle of a window of `size`, with `padding` pixels around it. */
export function fitTo(box, size, padding = 36) {
  const room = { width: Math.max(size.width - 2 * padding, 1), height: Math.max(size.height - 2 * padding, 1) };
  const width = Math.max(box.right - box.left, 1);
  const height = Math.max(box.bottom - box.top, 1);
  const zoom = limited(Math.min(room.width / width, room.height / height, FIT_ZOOM));
  return centredOn({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }, zoom, size);
}

/** @param {Point} point @param {number} zoom @param {Size} size @returns {Viewport} */
export function centredOn(point, zoom, size) {
  return { zoom, x: size.width / 2 - point.x * zoom, y: size.height / 2 - point.y * zoom };
}

/** The part of the canvas on show, grown on every side by `margin` windows. */
export function visibleBox(view, size, margin = 0) {
  const first = toCanvas(view, { x: -margin * size.width, y: -margin * size.height });
  const last = toCanvas(view, { x: (1 + margin) * size.width, y: (1 + margin) * size.height });
  return { left: first.x, top: first.y, right: last.x, bottom: last.y };
}

/** The smallest pan that brings `box` into the window, or the same viewport where it already is. */
export function revealing(view, box, size, padding = 24) {
  const first = toScreen(view, { x: box.left, y: box.top });
  const last = toScreen(view, { x: box.right, y: box.bottom });
  const dx = shift(first.x, last.x, size.width, padding);
  const dy = shift(first.y, last.y, size.height, padding);
  return dx === 0 && dy === 0 ? view : panBy(view, dx, dy);
}

function shift(first, last, length, padding) {
  if (first < padding) return padding - first;
  return last > length - padding ? Math.max(length - padding - last, padding - first) : 0;
}

function limited(zoom) {
  return Math.min(Math.max(zoom, ZOOM.least), ZOOM.most);
}
