/** The bar at the top: what the drawing is called, and the tools. */

import { ALIGN_CHOICES } from "../actions/plan.js";
import { h } from "../dom.js";
import { keyFor } from "../keys.js";
import { studyItems } from "../panels/study.js";
import { visible } from "../text.js";
import { iconButton } from "./button.js";
import { openMenu } from "./menu.js";
import { createPart } from "./part.js";
import { saveMark } from "./save_mark.js";

const UNNAMED = "Untitled drawing";

const FORMATS = [
  ["JSON", "everything, to open again here", (v) => v.save("json")],
  ["BIF", "for other Bayesian network tools", (v) => v.save("bif")],
  ["UAI", "for solvers: numbers without names", (v) => v.save("uai")],
  ["Web page", "one HTML file that works without mbml", (v) => v.save("html")],
  ["SVG picture", "sharp at every size", (v) => v.exportSvg()],
  ["PNG picture", "for slides and mail", (v) => v.exportPng()],
  ["Copy link", "the whole drawing in an address", (v) => v.copyLink()],
];

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 */
export function createTopbar(store, host, actions) {
  const inputs = ({ drawing, sections, ui, connected }) => [
    connected, ui.selection.size > 1,
    drawing.name, sections.history, ui.presenter, ui.compact, ui.gallery, ui.predict, ui.panel, ui.study,
    ui.save, ui.naming,
    drawing.observed.size + drawing.suspended.size,
  ];
  const part = createPart(host, inputs, (state) => bar(state, store, actions));
  return {
    update(state) {
      const wasNaming = Boolean(host.querySelector(".name-field"));
      if (!part.update(state) || wasNaming) return;
      const field = host.querySelector(".name-field");
      field?.focus();
      field?.select();
    },
    destroy: part.destroy,
  };
}

function bar(state, store, actions) {
  const tools = state.ui.presenter ? presenterTools(state, actions) : allTools(state, actions);
  const { presenter, gallery } = state.ui;
  const drawer = !presenter
    && toggle("Lesson and samples", "gallery", "toggleGallery", gallery, actions.toggleGallery);
  return h("header", { class: "topbar" }, brand(), drawer, title(state, store, actions), tools);
}

function brand() {
  return h("span", { class: "brand", "aria-label": "mbml" }, "mb", h("b", {}, "ml"));
}

function title(state, store, actions) {
  const { name } = state.drawing;
  const mark = !state.ui.presenter && saveMark(state.ui.save, state.connected);
  if (state.ui.naming) return h("div", { key: "title", class: "title" }, nameField(name, store, actions), mark);
  const edit = () => {
    store.setUi({ naming: true });
    store.flush(); // the first letters typed must find the field
  };
  return h("div", { key: "title", class: "title" }, h("button", {
    type: "button", class: "name", title: "Rename this drawing", onClick: edit,
  }, visible(name) || UNNAMED), mark);
}

function nameField(name, store, actions) {
  const finish = (event) => {
    const text = event.target.value.trim();
    store.setUi({ naming: false });
    if (text !== name) actions.renameDrawing(text);
  };
  const onKeydown = (event) => {
    event.stopPropagation();
    if (event.key === "Escape") event.target.value = name;
    if ((event.key === "Enter" && !event.isComposing) || event.key === "Escape") event.target.blur();
  };
  return h("input", {
    class: "name-field", "aria-label": "Name of this drawing", value: name, maxlength: "200",
    onBlur: finish, onKeydown,
  });
}

function history({ sections }, actions) {
  const { undo = 0, redo = 0, undo_label: undone = "", redo_label: redone = "" } = sections.history ?? {};
  const step = (verb, word, label, count) => iconButton({
    name: label ? `${word}: ${visible(label)}` : word, image: verb, verb, disabled: count === 0,
    run: actions[verb],
  });
  return group("History", [step("undo", "Undo", undone, undo), step("redo", "Redo", redone, redo)]);
}

function presenterTools(state, actions) {
  const { observed, suspended } = state.drawing;
  return h("div", { key: "tools", class: "tools", role: "toolbar", "aria-label": "Tools" },
    understand(state.ui, actions),
    iconButton({
      name: "Retract all observations", text: "Retract all", image: "retract", verb: "retractAll",
      disabled: observed.size + suspended.size === 0, run: actions.retractAll,
    }),
    history(state, actions),
    iconButton({
      name: "Leave the presenter view", text: "Leave", image: "close", verb: "togglePresenter",
      run: actions.togglePresenter,
    }));
}

function allTools(state, actions) {
  const { ui } = state;
  const panel = (name, id) => toggle(name, id, id, ui.panel === id, () => actions.togglePanel(id));
  return h("div", { key: "tools", class: "tools", role: "toolbar", "aria-label": "Tools" },
    group("Draw", [
      iconButton({
        name: "Add a variable", text: "Variable", image: "variable", verb: "addVariable",
        run: () => actions.addVariable(actions.middle()),
      }),
      iconButton({
        name: "Add a factor", text: "Factor", image: "factor", verb: "addFactor",
        run: () => actions.addFactor(actions.middle()),
      }),
    ]),
    history(state, actions),
    group("File", [
      iconButton({ name: "New drawing", image: "new", run: actions.newDrawing }),
      iconButton({ name: "Open a file", image: "open", verb: "open", run: actions.chooseFile }),
      iconButton({
        name: "Save or share", image: "save", verb: "save", "aria-haspopup": "menu",
        run: (event) => openMenu(event.currentTarget, saveItems(actions), "Save or share"),
      }),
    ]),
    group("Look", [
      arrangeButton(ui.selection.size > 1, actions),
      iconButton({ name: "Show the whole drawing", image: "fit", verb: "fit", run: actions.fit }),
      toggle("Compact cards", "compact", "toggleCompact", ui.compact, actions.toggleCompact),
      toggle("Presenter view", "presenter", "togglePresenter", ui.presenter, actions.togglePresenter),
    ]),
    understand(ui, actions),
    group("Panels", [
      panel("All beliefs", "beliefs"),
      panel("Inspector", "inspector"),
      iconButton({ name: "Help: keys and gestures", image: "help", verb: "toggleHelp", run: actions.toggleHelp }),
    ]));
}

/** The ways to look into the reasoning. */
function understand(ui, actions) {
  const { panel, study } = ui;
  const items = studyItems(actions, panel === "study" ? study : null);
  return group("Understand", [iconButton({
    name: "Look into the reasoning", text: "Explain", image: "study", "aria-haspopup": "menu",
    "aria-pressed": String(panel === "study"),
    run: (event) => openMenu(event.currentTarget, items, "Ways to look at it"),
  }), predictToggle(ui, actions)]);
}

/** On: observations are shown once the student has said what they will change. */
function predictToggle({ predict }, actions) {
  return iconButton({
    key: "predict", name: "Predict first", image: "predict", verb: "togglePredict",
    "aria-pressed": String(Boolean(predict)), run: actions.togglePredict,
  });
}

function toggle(name, image, verb, isOn, run) {
  return iconButton({ key: verb, name, image, verb, "aria-pressed": String(isOn), run });
}

/** With several nodes selected there is more than one way to arrange them. */
function arrangeButton(canAlign, actions) {
  const shared = { key: "arrange", image: "arrange", verb: "arrange" };
  if (!canAlign) return iconButton({ ...shared, name: "Arrange automatically", run: actions.arrange });
  const aligning = ALIGN_CHOICES.map(([how, label]) => ({ label, run: () => actions.align(how) }));
  const items = [{ label: "Arrange automatically", key: keyFor("arrange"), run: actions.arrange }, ...aligning];
  return iconButton({
    ...shared, name: "Arrange or align", "aria-haspopup": "menu",
    run: (event) => openMenu(event.currentTarget, items, "Arrange or align"),
  });
}

function saveItems(actions) {
  const teaching = [
    ["Link to this step", "opens the lesson where it is now", (v) => v.copyStepLink()],
    ["Record a lesson", "snapshots with words and questions, kept in the drawing", (v) => v.toggleRecording()],
  ];
  return [...FORMATS, ...teaching].map(([label, hint, save]) => ({ label, hint, run: () => save(actions) }));
}

function group(name, buttons) {
  return h("div", { key: name, class: "tool-group", role: "group", "aria-label": name }, buttons);
}
