/** What cannot be passed over: problems of a file or a drawing, what a format loses, a link to copy by hand. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { createModal } from "./modal.js";

const UNCHANGED = "The drawing is unchanged.";

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 */
export function createDialogs(store, host, actions) {
  const modal = createModal(host, "message", () => store.state().ui.dialog && actions.closeDialog());
  return {
    update(state, previous) {
      if (state.refused && state.refused !== previous?.refused) tellRefusal(state, store, actions);
      const { dialog } = state.ui;
      if (!dialog) modal.hide();
      else if (dialog !== previous?.ui.dialog) modal.show(dialog.title, CONTENTS.get(dialog.kind)(dialog, state));
    },
    destroy: modal.destroy,
  };
}

/** A file that cannot be opened may have many problems; any other refusal is one sentence in passing. */
function tellRefusal({ refused, ui, drawing }, store, actions) {
  if (ui.opening) {
    const title = `“${visible(ui.opening)}” cannot be opened`;
    store.setUi({ opening: null, dialog: { kind: "problems", title, problems: refused } });
    return;
  }
  const [{ where, what, remedy }] = refused;
  actions.toast(sentence(placeOf(where, drawing), what, remedy), "bad");
}

const CONTENTS = new Map([
  ["problems", ({ problems, isOfDrawing }, { drawing }) => [
    h("ul", { class: "problems" }, problems.map((problem) => problemItem(problem, drawing))),
    !isOfDrawing && h("p", { class: "modal-note" }, UNCHANGED),
  ]],
  ["lost", ({ lines }) => [h("ul", { class: "problems" }, lines.map((line) => h("li", {}, visible(line))))]],
  ["link", ({ text }) => [h("p", {}, "Copy this address:"), linkField(text)]],
]);

function problemItem({ where, what, remedy }, drawing) {
  const place = placeOf(where, drawing);
  return h("li", {},
    h("p", {}, place && [h("b", {}, place), " "], visible(what)),
    remedy && h("p", { class: "remedy" }, visible(remedy)));
}

function linkField(text) {
  return h("input", {
    class: "link-field", readonly: true, value: text, "aria-label": "Address",
    onFocus: (event) => event.target.select(),
  });
}

function placeOf(where, drawing) {
  const node = drawing.variables.get(where) ?? drawing.factors.get(where);
  return visible(node ? label(node) : where ?? "");
}

function sentence(place, what, remedy) {
  const [first = "", ...rest] = visible(remedy ?? "");
  const fact = [place, visible(what)].filter(Boolean).join(": ");
  return [fact, first.toUpperCase() + rest.join("")].filter(Boolean).join(". ");
}
