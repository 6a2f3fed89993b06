/** Carries out what the state machine of the pointer asks for. */

import { label } from "../document.js";
import { boxBetween, boxOf, overlaps, snapped } from "./geometry.js";
import { addingState, moving, observing, pressing, removingState, renamingState, sliding } from "./intents.js";
import { NO_PREVIEW } from "./scene.js";
import { bandTree, guideTrees, linkTree } from "./tools.js";
import { visibleBox } from "./viewport.js";

/** A dragged node meets the centre line of another one from this far, in pixels. */
const GUIDE_REACH = 6;

/** @param {object} canvas what index.js offers @returns {{carryOut(effect): void, renaming(id, index): object}} */
export function createEffects(canvas) {
  const { store, actions, stage, camera, nodeOf } = canvas;
  const drawing = () => store.state().drawing;
  const dispatch = (command) => command && store.dispatch(command);
  const tell = (text) => store.setUi({ toast: { text, kind: "plain" } });
  let lastPress = null;

  function select(ids, focus = ids[0] ?? null) {
    store.setUi({ selection: new Set(ids), focus });
    if (focus !== null) stage.element(focus)?.focus({ preventScroll: true });
  }

  function endPreview() {
    stage.showOverlay([]);
    canvas.setPreview(NO_PREVIEW_OF_GESTURE);
  }

  /** The nodes that move with `id`: all selected ones if it is one of them. */
  function travellers(id) {
    const { selection } = store.state().ui;
    return selection.has(id) ? [...selection].filter((one) => drawing().layout.has(one)) : [id];
  }

  function dragged({ id, dx, dy, isFree }) {
    const { layout } = drawing();
    const ids = travellers(id);
    const going = new Set(ids);
    const others = [...layout].filter(([other]) => !going.has(other)).map(([, place]) => place);
    const snap = snapped(layout.get(id), dx, dy, others, GUIDE_REACH / camera.view().zoom, isFree);
    const moved = new Map(ids.map((one) => {
      const { x, y } = layout.get(one);
      return [one, { x: x + snap.dx, y: y + snap.dy }];
    }));
    return { moved, guides: snap.guides };
  }

  function shareAt({ id, x }) {
    const node = nodeOf(id);
    return (x - boxOf(node).left - node.columns.bar) / node.columns.barWidth;
  }

  function pressState(effect) {
    store.decide((present) => {
      lastPress = { id: effect.id, before: present.observed.get(effect.id) ?? null };
      return pressing(present, effect);
    });
  }

  /** A double click on a name has already clicked once: what that did is taken back. */
  function undoPress(id) {
    store.decide(() => {
      if (lastPress?.id !== id) return null;
      const { before } = lastPress;
      lastPress = null;
      return observing(id, before);
    });
  }

  /** A view waits for a node: this is the one, and nothing else happens to it. */
  function pick({ id }) {
    if (id !== null) store.setUi({ picked: { id, serial: (store.state().ui.picked?.serial ?? 0) + 1 } });
  }

  const handlers = new Map(Object.entries({
    hover: ({ target }) => canvas.setHover(target.id ?? null),
    start_hold: () => canvas.startHold(),
    stop_hold: () => canvas.stopHold(),
    abort: endPreview,
    pan: ({ dx, dy }) => camera.pan(dx, dy),
    zoom: ({ at, factor }) => camera.zoom(at, factor),
    band: ({ from, to }) => stage.showOverlay([bandTree(from, to)]),
    band_end({ from, to }) {
      stage.showOverlay([]);
      const box = boxBetween(from, to);
      select(canvas.scene().nodes.filter((node) => overlaps(boxOf(node), box)).map(({ id }) => id));
    },
    drag(effect) {
      const { moved, guides } = dragged(effect);
      stage.showOverlay(guideTrees(guides, visibleBox(camera.view(), stage.size())));
      canvas.setPreview({ moved });
    },
    drop(effect) {
      const { moved } = dragged(effect);
      if (!store.state().ui.selection.has(effect.id)) select([effect.id]);
      dispatch(moving(drawing(), moved));
      endPreview();
    },
    link({ from, to, point }) {
      stage.showOverlay([linkTree(nodeOf(from), point)]);
      canvas.setPreview({ target: to === from ? null : to });
    },
    link_end({ from, to }) {
      endPreview();
      if (to !== null && to !== from) actions.connect(from, to);
    },
    slide(effect) {
      const observation = sliding(drawing(), effect, shareAt(effect));
      canvas.setPreview({ drafts: new Map([[effect.id, observation ?? {}]]), sliders: effect.id });
    },
    slide_end(effect) {
      dispatch(observing(effect.id, sliding(drawing(), effect, shareAt(effect))));
      canvas.setPreview({ drafts: new Map() });
    },
    clear_selection() {
      store.setUi({ selection: new Set(), highlight: new Set() });
      canvas.setPreview({ sliders: null });
      stage.svg.focus({ preventScroll: true });
    },
    select({ id, isToggle }) {
      const { selection } = store.state().ui;
      const others = [...selection].filter((other) => other !== id);
      if (!isToggle) select([id]);
      else select(selection.has(id) ? others : [...others, id], id);
    },
    press_state: pressState,
    sliders: ({ id }) => canvas.setPreview({ sliders: canvas.preview().sliders === id ? null : id }),
    add_variable: ({ point }) => actions.addVariable(point),
    rename: ({ id }) => canvas.openRename(id),
    rename_state({ id, index }) {
      undoPress(id);
      canvas.openRename(id, index);
    },
    add_state({ id }) {
      const { command, index } = addingState(drawing(), id);
      dispatch(command);
      store.flush();
      canvas.openRename(id, index);
    },
    remove_state: ({ id, index }) => dispatch(removingState(drawing(), id, index)),
    handle: ({ id }) => select([id]),
    pick,
  }));

  function renaming(id, index) {
    const variable = drawing().variables.get(id);
    if (index !== null) {
      const commit = (name) => {
        const { command, refused } = renamingState(drawing(), id, index, name);
        if (refused) tell(refused);
        dispatch(command);
      };
      return { text: variable.states[index], name: "Name of the state", commit };
    }
    const node = variable ?? drawing().factors.get(id);
    const text = variable ? label(node) : node.name;
    return { text, name: "Name", commit: (name) => dispatch({ type: "rename", id, name }) };
  }

  return { carryOut: (effect) => handlers.get(effect.type)(effect), renaming, pick };
}

const NO_PREVIEW_OF_GESTURE = { moved: NO_PREVIEW.moved, drafts: NO_PREVIEW.drafts, target: null };
