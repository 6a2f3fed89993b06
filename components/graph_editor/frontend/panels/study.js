/** The panel that looks into the reasoning: one view at a time, chosen from a menu. */

import { openMenu } from "../chrome/menu.js";
import { h, patch } from "../dom.js";
import { createQuestion } from "../study/question.js";
import { VIEWS } from "../study/views.js";
import { button, icon, ICONS } from "./parts.js";

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 * @returns {{update: (state: object, previous: object) => void, destroy: () => void}}
 */
export function createStudy(store, host, actions) {
  const root = h("aside", { class: "inspector study", "aria-label": "Reasoning" });
  let open = null; // {view, instance, questions}
  host.append(root);

  function enter(view) {
    const questions = [];
    const isOpen = () => open?.questions === questions; // an answer may come after the view was left
    const study = {
      store,
      actions,
      redraw: () => { if (isOpen()) redraw(); },
      overlay: (overlay) => { if (isOpen()) store.setUi({ overlay }); },
      question(about) {
        questions.push(createQuestion(store, about, study.redraw));
        return questions.at(-1);
      },
    };
    open = { view, questions, instance: null };
    open.instance = view.create(study);
  }

  function leave() {
    if (!open) return;
    open.questions.forEach((question) => question.clear());
    open.instance.leave?.();
    open = null;
    store.setUi({ overlay: null, pick: null });
  }

  function turnTo(view) {
    leave();
    if (view) enter(view);
    root.scrollTop = 0;
  }

  function redraw() {
    const state = store.state();
    root.hidden = !open;
    root.classList.toggle("wide", Boolean(state.ui.panelWide));
    if (!open) return;
    const body = h("div", { class: `inspector-body study-${open.view.name}`, key: `body ${open.view.name}` },
      h("p", { class: "inspector-hint study-hint" }, open.view.hint), open.instance.draw(state));
    patch(root, head(open.view, state, store, actions), body);
  }

  redraw();
  return {
    update(state, previous) {
      const view = viewOf(state);
      if (view !== (open?.view ?? null)) turnTo(view);
      if (open) open.instance.update?.(state, previous);
      if (!previous || isChanged(state, previous)) redraw();
    },
    destroy() {
      leave();
      root.remove();
    },
  };
}

function viewOf({ ui }) {
  return ui.panel === "study" ? VIEWS.find(({ name }) => name === ui.study) ?? VIEWS[0] : null;
}

function isChanged(state, previous) {
  const ofUi = ({ overlay, highlight, ...rest }) => Object.values(rest);
  const [now, before] = [ofUi(state.ui), ofUi(previous.ui)];
  return state.drawing !== previous.drawing || state.sections !== previous.sections
    || now.some((value, place) => value !== before[place]);
}

function head(view, { ui }, store, actions) {
  const isWide = Boolean(ui.panelWide);
  const choose = (event) => openMenu(event.currentTarget, studyItems(actions, view.name), "Ways to look at it");
  return h("header", { class: "inspector-head", key: "head" },
    h("h2", {}, h("button", {
      type: "button", class: "study-title", "aria-haspopup": "menu", "aria-expanded": "false", onClick: choose,
    }, view.title, icon(ICONS.down))),
    h("div", { class: "study-tools" },
      button(isWide ? "Narrow" : "Widen", () => store.setUi({ panelWide: !isWide }), {
        key: "wide", label: isWide ? "Make the panel narrow" : "Make the panel wide", pressed: isWide,
        kind: "quiet",
      }),
      button(icon(ICONS.remove), () => actions.closeStudy(), { label: "Close this view", kind: "quiet" })));
}

/**
 * The views as entries of a menu.
 * @param {object} actions
 * @param {string|null} current  name of the view that is open
 */
export function studyItems(actions, current) {
  return VIEWS.map(({ name, title, hint }) => ({
    label: title, hint, isChecked: name === current, run: () => actions.openStudy(name),
  }));
}
