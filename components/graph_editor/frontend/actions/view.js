/** The verbs that change only what this browser shows. */

import { neighbour, planConnect, readingOrder } from "./plan.js";

const ZOOM_STEP = 1.2;

/** @returns {object} verbs */
export function viewVerbs({ store, canvas, dispatch, afterAnswer, right }) {
  const toggle = (name) => () => store.setUi({ [name]: !store.state().ui[name] });
  return {
    fit: () => canvas().fit(),
    zoomIn: () => canvas().zoomBy(ZOOM_STEP),
    zoomOut: () => canvas().zoomBy(1 / ZOOM_STEP),
    arrange() {
      dispatch({ type: "arrange" });
      afterAnswer(() => canvas().fit());
    },
    toggleCompact: toggle("compact"),
    togglePresenter() {
      toggle("presenter")();
      store.flush(); // the panels are away, or back, before the drawing is fitted into what is left
      canvas().fit();
    },
    toggleHelp: toggle("help"),
    toggleGallery: toggle("gallery"),
    togglePanel(panel) {
      store.setUi({ panel: store.state().ui.panel === panel ? null : panel });
    },
    openStudy: (study) => store.setUi({ panel: "study", study }),
    closeStudy: () => store.setUi({ panel: "inspector", study: null }),
    editTable() {
      store.setUi({ panel: "inspector" });
      store.flush(); // its fields have to be there to take the focus
      const panel = right();
      (panel?.querySelector("table input") ?? panel?.querySelector("input"))?.focus();
    },
    closeDialog: () => store.setUi({ dialog: null }),
    setTour: (step) => store.setUi({ tour: step }),
  };
}

/** @returns {object} verbs */
export function walkingVerbs({ store, canvas, select, cancelConnecting }) {
  const go = (id) => {
    if (!id) return false;
    if (store.state().ui.connecting) store.setUi({ focus: id });
    else select([id]);
    canvas().focusNode(id);
    return true;
  };
  const targets = () => {
    const { drawing, ui } = store.state();
    const order = readingOrder(drawing);
    return ui.connecting ? order.filter((id) => planConnect(drawing, ui.connecting, id).command) : order;
  };
  const walk = (step) => {
    const { focus, connecting } = store.state().ui;
    const order = targets();
    const at = order.indexOf(focus);
    const next = at < 0 ? (step > 0 ? 0 : order.length - 1) : at + step;
    // Past the last node Tab leaves the canvas; while connecting it goes round.
    return go(connecting ? order.at(next % order.length) : order[next]);
  };
  const jump = (dx, dy) => {
    const { drawing, ui } = store.state();
    return go(ui.focus ? neighbour(drawing, ui.focus, dx, dy) : readingOrder(drawing)[0]);
  };
  return {
    walk,
    jump,
    reveal: go,
    rename(id = store.state().ui.focus) {
      if (!id) return false;
      canvas().startRename(id);
      return true;
    },
    escape() {
      const { ui } = store.state();
      if (ui.connecting) cancelConnecting();
      else if (ui.dialog) store.setUi({ dialog: null });
      else if (ui.help) store.setUi({ help: false });
      else if (ui.pick) store.setUi({ pick: null });
      else {
        // Anew also where it is empty: the canvas puts its sliders away with the selection.
        store.setUi({ selection: new Set(), highlight: new Set() });
        return ui.selection.size + ui.highlight.size > 0;
      }
      return true;
    },
  };
}
