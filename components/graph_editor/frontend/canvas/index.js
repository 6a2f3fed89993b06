/** The canvas: the drawing on show, and what the pointer does to it. Wiring: decisions are made elsewhere. */

import { createCamera } from "./camera.js";
import { createEffects } from "./effects.js";
import { boxOf } from "./geometry.js";
import { hit, picked } from "./hit.js";
import { pressing } from "./intents.js";
import { listen } from "./listen.js";
import { IDLE, step } from "./pointer.js";
import { createRename, fieldBox } from "./rename.js";
import { EMPTY, NO_PREVIEW, isPickable, levelOf, sceneOf } from "./scene.js";
import { createStage } from "./stage.js";
import { svgText } from "./svg_export.js";
import { changeItems, toolItems } from "./tools.js";
import { revealing, toCanvas, visibleBox } from "./viewport.js";

/** A little longer than the fading of a change in canvas.css. */
const CHANGE_MILLISECONDS = 1700;
/** In these states the pointer has moved nothing yet. */
const RESTING = new Set(["idle", "pressing", "long_press"]);

/**
 * @param {{state(): object, dispatch(command): void, decide(choose): void, setUi(patch): void, flush(): void}} store
 * @param {HTMLElement} host
 * @param {{addVariable(point): void, connect(from, to): void}} actions
 */
export function createCanvas(store, host, actions) {
  const stage = createStage(host);
  const rename = createRename(host);
  const camera = createCamera(stage, { onMove: () => rename.follow(), onPause: refresh });
  const now = {
    state: store.state(), scene: EMPTY, preview: NO_PREVIEW, pointer: IDLE, hover: null, at: null, isFitted: false,
  };
  const changes = createChanges(stage);

  /** Bring the page up to date with `now`. */
  function refresh() {
    const { drawing, sections, ui } = now.state;
    const level = levelOf(camera.view().zoom);
    now.scene = sceneOf({ drawing, sections, ui, preview: now.preview, level }, now.scene);
    stage.show(now.scene, camera.view(), ui.focus);
    stage.setPicking(Boolean(ui.pick));
    showTools();
  }

  function showTools() {
    const isResting = now.pointer.name === "idle" && !now.state.ui.pick;
    stage.showTools(isResting ? toolItems(lit(), now.scene) : []);
  }

  /** The nodes whose tools are on show: the one under the pointer, and one that is selected alone. */
  function lit() {
    const { selection } = now.state.ui;
    const ids = new Set([now.hover, selection.size === 1 ? [...selection][0] : null]);
    const isFar = now.scene.level === "far" || now.scene.level === "dot";
    return isFar ? [] : [...ids].map(nodeOf).filter(Boolean);
  }

  function nodeOf(id) {
    return now.scene.byId.get(id);
  }

  /** The node, drawn with the newest state and moved into sight; undefined where there is none. */
  function revealed(id) {
    now.state = store.state();
    refresh();
    const node = nodeOf(id);
    const view = node && revealing(camera.view(), boxOf(node), stage.size());
    if (node && view !== camera.view()) camera.jump(view);
    return node;
  }

  function focusNode(id) {
    if (revealed(id)) stage.element(id)?.focus({ preventScroll: true });
  }

  function openRename(id, index = null) {
    const node = revealed(id);
    if (!node) return;
    const box = () => fieldBox(nodeOf(id) ?? node, index, camera.view());
    rename.open({ ...effects.renaming(id, index), box, after: () => focusNode(id) });
  }

  function setPreview(patch) {
    now.preview = { ...now.preview, ...patch };
    now.state = store.state(); // what a gesture has just done takes the place of its preview
    refresh();
  }

  function setHover(id) {
    if (now.hover === id) return;
    now.hover = id;
    showTools();
  }

  const effects = createEffects({
    store, actions, stage, camera, nodeOf, setPreview, setHover, openRename,
    scene: () => now.scene,
    preview: () => now.preview,
    startHold: () => listening.startHold(),
    stopHold: () => listening.stopHold(),
  });

  function feed(event) {
    if (event.canvas) now.at = event.canvas;
    const before = now.pointer.name;
    const { state, effects: wanted } = step(now.pointer, event);
    now.pointer = state;
    wanted.forEach(effects.carryOut);
    if (before === state.name) return;
    if (!RESTING.has(state.name)) camera.hold(); // what is being moved stays where the hand is
    stage.svg.setAttribute("data-gesture", state.name);
    showTools();
  }

  function targetAt(point) {
    const { pick } = now.state.ui;
    return pick ? picked(now.scene, point, (id) => isWanted(id, pick)) : hit(now.scene, point, lit());
  }

  const isWanted = (id, pick) => isPickable(id, pick, now.state.drawing);

  /** Enter, Space, or a click of assistive software: on a state, or on a node that a view waits for. */
  function pressKey(element, event) {
    const { pick } = store.state().ui;
    return pick ? pickKey(element, pick) : stateKey(element, event);
  }

  function pickKey(element, pick) {
    const id = element.closest("[data-node]")?.getAttribute("data-node") ?? null;
    if (id !== null && isWanted(id, pick)) effects.pick({ id });
    return id !== null;
  }

  function stateKey(element, event) {
    const row = element.closest("[data-state]");
    if (!row) return false;
    const id = row.closest("[data-node]").getAttribute("data-node");
    const target = { id, index: Number(row.getAttribute("data-state")), isNot: event.altKey };
    store.decide((drawing) => pressing(drawing, target));
    return true;
  }

  function focusIn(element) {
    const id = element.closest("[data-node]")?.getAttribute("data-node") ?? null;
    if (id !== null && store.state().ui.focus !== id) store.setUi({ focus: id });
  }

  function leave() {
    now.at = null;
    setHover(null);
  }

  const listening = listen(stage.svg, {
    feed, pressKey, focusIn, leave,
    isIdle: () => now.pointer.name === "idle",
    toCanvas: (point) => toCanvas(camera.view(), point),
    targetAt,
    zoom: camera.zoom,
    pan: camera.pan,
  });

  function fit() {
    now.state = store.state();
    refresh();
    camera.fit(now.scene.nodes);
  }

  /** The first drawing is fitted into the window, once there are both. Later ones leave the view alone. */
  function fitOnce() {
    if (now.isFitted || now.state.drawing.layout.size === 0) return;
    stage.measure();
    if (stage.size().width === 0) return;
    now.isFitted = true;
    fit();
  }

  /** Panels that open around a drawing nobody has moved yet leave it whole. */
  const resizing = new ResizeObserver(() => {
    stage.measure();
    fitOnce();
    if (now.isFitted && !camera.isHeld()) fit();
    else refresh();
  });
  resizing.observe(host);

  return {
    update(state, previous) {
      now.state = state;
      const { selection } = state.ui;
      if (selection.size === 0 && selection !== previous?.ui.selection) now.preview = { ...now.preview, sliders: null };
      fitOnce();
      refresh();
      if (state.changed && state.changed !== previous?.changed) {
        changes.show(now.scene, state.changed, visibleBox(camera.view(), stage.size()));
      }
    },
    fit,
    zoomBy: camera.zoomBy,
    focusNode,
    center: camera.center,
    pointer: () => now.at,
    previewMove(positions) {
      setPreview({ moved: new Map((positions ?? []).map(([id, x, y]) => [id, { x, y }])) });
    },
    startRename: (id) => openRename(id),
    exportSvg: () => svgText(store.state(), host),
    destroy() {
      resizing.disconnect();
      listening.stop();
      camera.stop();
      changes.stop();
      rename.close();
      stage.destroy();
    },
  };
}

/** Shows how far beliefs moved, for a moment. */
function createChanges(stage) {
  let serial = 0;
  let timer = null;
  return {
    show(scene, changed, sight) {
      serial += 1; // new keys: a label that is still fading starts anew
      stage.showChanges(changeItems(scene, changed, sight, serial));
      clearTimeout(timer);
      timer = setTimeout(() => stage.showChanges([]), CHANGE_MILLISECONDS);
    },
    stop: () => clearTimeout(timer),
  };
}
