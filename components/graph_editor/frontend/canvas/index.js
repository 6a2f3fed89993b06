/** The canvas: the drawing on show, and what the pointer does to it. Wiring only; what is decided is decided elsewhere. */

import { createEffects } from "./effects.js";
import { CARD, bounds, boxOf, rowTop } from "./geometry.js";
import { hit } from "./hit.js";
import { pressing } from "./intents.js";
import { listen } from "./listen.js";
import { IDLE, step } from "./pointer.js";
import { createRename } from "./rename.js";
import { EMPTY, NO_PREVIEW, levelOf, sceneOf } from "./scene.js";
import { createStage } from "./stage.js";
import { svgText } from "./svg_export.js";
import { changeItems, toolItems } from "./tools.js";
import { START, centredOn, fitTo, panBy, revealing, toCanvas, toScreen, zoomAt } from "./viewport.js";

/** A gesture of panning or zooming has paused after this time, and the page may be brought up to date. */
const PAUSE_MILLISECONDS = 140;
/** As long as the fading of a change lasts in canvas.css. */
const CHANGE_MILLISECONDS = 1700;

/**
 * @param {{state(): object, dispatch(command): number, setUi(patch): void}} store
 * @param {HTMLElement} host
 * @param {{addVariable(point): void, connect(from, to): void}} actions
 */
export function createCanvas(store, host, actions) {
  const stage = createStage(host);
  const rename = createRename(host);
  const now = {
    state: store.state(), view: START, scene: EMPTY, preview: NO_PREVIEW, pointer: IDLE,
    hover: null, at: null, isFitted: false, isTouched: false, changes: 0,
  };
  const timers = { pause: null, changes: null };

  /** Bring the page up to date with `now`. */
  function refresh() {
    const { drawing, sections, ui } = now.state;
    const level = levelOf(now.view.zoom);
    now.scene = sceneOf({ drawing, sections, ui, preview: now.preview, level }, now.scene);
    stage.show(now.scene, now.view, stage.size(), ui.focus);
    showTools();
  }

  function showTools() {
    stage.showTools(now.pointer.name === "idle" ? toolItems(lit(), now.scene) : []);
  }

  /** The nodes whose tools are on show: the one under the pointer, and one that is selected alone. */
  function lit() {
    const { selection } = now.state.ui;
    const ids = new Set([now.hover, selection.size === 1 ? [...selection][0] : null]);
    const isFar = now.scene.level === "far" || now.scene.level === "dot";
    return isFar ? [] : [...ids].map((id) => now.scene.byId.get(id)).filter(Boolean);
  }

  function setView(view) {
    now.view = view;
    stage.place(view);
    if (timers.pause === null) stage.setMoving(true);
    clearTimeout(timers.pause);
    timers.pause = setTimeout(settle, PAUSE_MILLISECONDS);
    now.placeRename?.();
  }

  function settle() {
    clearTimeout(timers.pause);
    timers.pause = null;
    stage.setMoving(false);
    refresh();
  }

  /** A change of the view that is no gesture: shown at once. */
  function jumpTo(view) {
    setView(view);
    settle();
  }

  function gesture(view) {
    now.isTouched = true;
    setView(view);
  }

  function setPreview(patch) {
    now.preview = { ...now.preview, ...patch };
    refresh();
  }

  const nodeOf = (id) => now.scene.byId.get(id);

  function openRename(id, index = null) {
    refresh();
    const node = nodeOf(id);
    if (!node) return;
    jumpTo(revealing(now.view, boxOf(node), stage.size()));
    const request = effects.renaming(id, index);
    now.placeRename = () => rename.place(fieldBox(nodeOf(id) ?? node, index, now.view));
    rename.open({ ...request, box: fieldBox(node, index, now.view), after: () => focusNode(id) });
  }

  function focusNode(id) {
    refresh();
    const node = nodeOf(id);
    if (!node) return;
    const view = revealing(now.view, boxOf(node), stage.size());
    if (view !== now.view) jumpTo(view);
    stage.element(id)?.focus({ preventScroll: true });
  }

  const effects = createEffects({
    store, actions, stage, nodeOf, setPreview, openRename, now,
    setHover(id) {
      if (now.hover === id) return;
      now.hover = id;
      showTools();
    },
    pan: (dx, dy) => gesture(panBy(now.view, dx, dy)),
    zoom: (at, factor) => gesture(zoomAt(now.view, at, factor)),
    startHold: () => listening.startHold(),
    stopHold: () => listening.stopHold(),
  });

  function feed(event) {
    if (event.canvas) now.at = event.canvas;
    if (event.type === "down") now.isTouched = true;
    const before = now.pointer.name;
    const { state, effects: wanted } = step(now.pointer, event);
    now.pointer = state;
    wanted.forEach(effects.carryOut);
    if (before === state.name) return;
    stage.svg.setAttribute("data-gesture", state.name);
    showTools();
  }

  /** Enter, or a click of assistive software, on a state. */
  function pressKey(element, event) {
    const row = element.closest?.("[data-state]");
    if (!row) return false;
    const id = row.closest("[data-node]").getAttribute("data-node");
    const target = { id, index: Number(row.getAttribute("data-state")), isNot: event.altKey };
    const command = pressing(store.state().drawing, target);
    if (command) store.dispatch(command);
    return true;
  }

  const listening = listen(stage.svg, {
    feed, pressKey,
    isIdle: () => now.pointer.name === "idle",
    toCanvas: (point) => toCanvas(now.view, point),
    targetAt: (point) => hit(now.scene, point, lit()),
    zoom: (at, factor) => gesture(zoomAt(now.view, at, factor)),
    pan: (dx, dy) => gesture(panBy(now.view, dx, dy)),
    focusIn(element) {
      const id = element.closest("[data-node]")?.getAttribute("data-node") ?? null;
      if (id !== null && store.state().ui.focus !== id) store.setUi({ focus: id });
    },
    leave() {
      now.at = null;
      effects.carryOut({ type: "hover", target: { part: "empty" } });
    },
  });

  function fit() {
    refresh();
    const box = bounds(now.scene.nodes);
    now.isTouched = false;
    jumpTo(box ? fitTo(box, stage.size()) : centredOn({ x: 0, y: 0 }, 1, stage.size()));
  }

  function center() {
    const { width, height } = stage.size();
    return toCanvas(now.view, { x: width / 2, y: height / 2 });
  }

  /** The first drawing is fitted into the window, once there are both. Later ones leave the view alone. */
  function fitOnce() {
    const { drawing } = now.state;
    if (now.isFitted || drawing.layout.size === 0 || stage.size().width === 0) return;
    now.isFitted = true;
    fit();
  }

  function showChanges(changed) {
    now.changes += 1;
    stage.showChanges(changeItems(now.scene, changed, now.changes));
    clearTimeout(timers.changes);
    timers.changes = setTimeout(() => stage.showChanges([]), CHANGE_MILLISECONDS);
  }

  const resizing = new ResizeObserver(() => {
    fitOnce();
    // Panels that open around a drawing nobody has moved yet leave it whole.
    if (now.isFitted && !now.isTouched) fit();
    else refresh();
  });
  resizing.observe(host);

  return {
    update(state, previous) {
      now.state = state;
      fitOnce();
      refresh();
      if (state.changed && state.changed !== previous?.changed) showChanges(state.changed);
    },
    fit,
    zoomBy(factor) {
      const { width, height } = stage.size();
      now.isTouched = true;
      jumpTo(zoomAt(now.view, { x: width / 2, y: height / 2 }, factor));
    },
    focusNode,
    center,
    pointer: () => now.at,
    previewMove: (positions) => setPreview({ moved: new Map((positions ?? []).map(([id, x, y]) => [id, { x, y }])) }),
    startRename: (id) => openRename(id),
    exportSvg: () => svgText(store.state(), host),
    destroy() {
      resizing.disconnect();
      listening.stop();
      Object.values(timers).forEach(clearTimeout);
      rename.close();
      stage.destroy();
    },
  };
}

/** Where the field for a name stands, in pixels. */
function fieldBox(node, index, view) {
  const box = boxOf(node);
  const place = node.rows?.findIndex((row) => row.index === index) ?? -1;
  const top = index === null ? box.top + (node.shape === "circle" ? node.height / 2 - 17 : 3) : box.top + rowTop(place);
  const first = toScreen(view, { x: box.left + 6, y: node.kind === "factor" ? box.bottom + 2 : top });
  const width = Math.max(((node.kind === "factor" ? CARD.width : node.width) - 12) * view.zoom, 120);
  const left = node.shape === "card" ? first.x : toScreen(view, node).x - width / 2;
  const size = Math.max((index === null ? 17 : 15) * view.zoom, 13);
  return { left, top: first.y, width, height: Math.max(30 * view.zoom, 24), size };
}
