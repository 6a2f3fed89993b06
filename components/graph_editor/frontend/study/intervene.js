/** Doing beside seeing: variables are set from outside, and the edges from their causes are cut. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { changeText, probabilityText, visible } from "../text.js";
import { button, icon, ICONS } from "../panels/parts.js";
import { isOther, momentOf } from "./moment.js";
import { progressBar, refusalLine, selectedVariable, sentences, statePicker, variablePicker } from "./parts.js";

const HINT = "Set a variable instead of observing it.";
const COLUMNS = ["Variable", "State", "Seen", "Done", "Gap"];
/** Smaller differences are rounding. */
const SAME = 1e-6;

export const interveneView = { name: "intervene", title: "Seeing or doing", hint: HINT, create };

function create(study) {
  const { store } = study;
  const question = study.question("intervene");
  let view = { settings: [], world: "done" };
  let asked = null;
  let shown = null; // what the overlay was made of

  function look(changes) {
    view = { ...view, ...changes };
    follow(store.state());
    study.redraw();
  }

  function follow(state) {
    const kept = drawn(view.settings, state);
    view = { ...view, settings: kept.length > 0 ? kept : first(state) };
    const now = [...momentOf(state), JSON.stringify(view.settings)];
    if (isOther(asked, now)) {
      asked = now;
      if (view.settings.length === 0) question.clear();
      else question.ask({ settings: view.settings });
    }
    light(state);
  }

  function light(state) {
    const { reply } = question.now;
    if (shown && shown[0] === reply && shown[1] === view.world) return;
    shown = [reply, view.world];
    study.overlay(reply ? interventionOverlay(reply, state.drawing, view.world) : null);
  }

  const on = {
    change: (place, id, state) => look({ settings: changed(view.settings, place, id, state) }),
    add: (id, state) => look({ settings: [...view.settings, [id, state]] }),
    remove: (place) => look({ settings: view.settings.filter((_, other) => other !== place) }),
    show: (world) => look({ world }),
    pick: () => store.setUi({ pick: store.state().ui.pick ? null : { only: "variables" } }),
    stop: () => question.cancel(),
  };

  return {
    draw(state) {
      light(state);
      return draw(state, view, question.now, on);
    },
    update(state, previous) {
      const { picked } = state.ui;
      if (picked && previous && picked.serial !== previous.ui.picked?.serial) {
        view = { ...view, settings: withPicked(view.settings, picked.id, state) };
      }
      follow(state);
    },
  };
}

/** The selected variable; else the first one that something acts on. */
function first(state) {
  const { factors, variables } = state.drawing;
  const made = [...factors.values()].find(({ child, scope }) => child !== null && scope.length > 1)?.child;
  const id = selectedVariable(state, made ?? null) ?? variables.keys().next().value;
  return id === undefined ? [] : [[id, stateOf(state, id)]];
}

/** The state that is observed, else the last one, which is the true one of two. */
function stateOf({ drawing }, id) {
  return drawing.observed.get(id)?.state ?? drawing.variables.get(id).states.at(-1);
}

function drawn(settings, { drawing }) {
  const isDrawn = ([id, state]) => drawing.variables.get(id)?.states.includes(state);
  return settings.every(isDrawn) ? settings : settings.filter(isDrawn);
}

function changed(settings, place, id, state) {
  return settings.map((setting, other) => (other === place ? [id, state] : setting));
}

/** The last variable gives way to the picked one. */
function withPicked(settings, id, state) {
  if (settings.some(([other]) => other === id)) return settings;
  return [...settings.slice(0, -1), [id, stateOf(state, id)]];
}

/**
 * The beliefs of one of the two worlds, and what was cut in that of doing.
 * @param {object} reply
 * @param {import("../drawing.js").Drawing} drawing
 * @param {"done"|"seen"} world
 */
export function interventionOverlay(reply, { variables, factors }, world) {
  const { settings, cuts, effects, is_exact: isExact } = reply;
  const certain = settings.filter(([id]) => variables.has(id)).map(([id, state]) => (
    [id, variables.get(id).states.map((name) => Number(name === state))]));
  const told = effects.map((effect) => [effect.variable, effect[world]]).filter(([, belief]) => belief.length > 0);
  const isDone = world === "done";
  const verb = isDone ? "do" : "see";
  const set = settings.map(([id, state]) => ({ id, look: "target", note: `${verb}: ${state}` }));
  const idle = [...new Set(cuts.map(({ factor }) => factor))].filter((id) => factors.has(id));
  return {
    beliefs: new Map([...told, ...certain]),
    isExact,
    edges: isDone ? cuts.map(({ factor, variable }) => ({ factor, variable, look: "cut" })) : [],
    nodes: isDone ? [...set, ...idle.map((id) => ({ id, look: "cut", note: "" }))] : set,
  };
}

function draw(state, view, now, on) {
  const { drawing } = state;
  const free = [...drawing.variables.keys()].filter((id) => view.settings.every(([other]) => other !== id));
  return [
    view.settings.map(([id, value], place) => setting(state, view.settings, place, id, value, on)),
    h("div", { class: "button-row study-intervene-tools", key: "tools" },
      button("Pick on the drawing", on.pick, { key: "pick", pressed: state.ui.pick !== null }),
      button("Set another one too", () => on.add(free[0], stateOf(state, free[0])),
        { key: "add", reason: free.length === 0 ? "Every variable is set" : "" })),
    state.ui.pick && h("p", { class: "inspector-hint", key: "picking" }, "Click a variable on the drawing."),
    progressBar(now, on.stop),
    refusalLine(now.refusal),
    now.reply && answer(now.reply, drawing, view.world, on),
  ];
}

function setting(state, settings, place, id, value, on) {
  const only = (other) => other === id || settings.every(([set]) => set !== other);
  const variable = state.drawing.variables.get(id);
  const name = visible(label(variable));
  return h("fieldset", { class: "study-intervene-setting", key: `setting ${place}` },
    h("legend", {}, place === 0 ? "Do" : "and"),
    variablePicker(state, id, (other) => on.change(place, other, stateOf(state, other)), { caption: "Set", only }),
    statePicker(variable, value, (next) => on.change(place, id, next), { caption: "to" }),
    settings.length > 1 && button(icon(ICONS.remove), () => on.remove(place),
      { label: `Do not set ${name}`, kind: "quiet" }));
}

function answer(reply, drawing, world, on) {
  return h("div", { class: "study-intervene-answer", key: "answer" },
    sentences([reply.sentence]),
    reply.contrast && contrast(reply, drawing),
    h("div", { class: "study-intervene-worlds", role: "group", "aria-label": "Beliefs on the drawing" },
      h("span", {}, "On the drawing:"),
      button("Done", () => on.show("done"), { key: "done", pressed: world === "done" }),
      button("Seen", () => on.show("seen"),
        { key: "seen", pressed: world === "seen", reason: reply.is_seeing_possible ? "" : "It cannot be seen" })),
    table(reply, drawing));
}

/** What each state of the variable that is set leads to, seen and done. */
function contrast({ settings: [[set]], contrast: { variable, state, rows, sentence } }, { variables }) {
  if (!variables.has(set) || !variables.has(variable)) return null;
  const [name, target] = [set, variable].map((id) => visible(label(variables.get(id))));
  const top = (column) => Math.max(...rows.map((row) => row[column] ?? -1));
  const best = ["seen", "done"].map(top);
  return h("section", { class: "study-intervene-contrast", key: "contrast" },
    h("table", { class: "belief-table" },
      h("caption", {}, `${target} = ${visible(state)}, for each ${name}`),
      h("thead", {}, h("tr", {}, [name, "Seen", "Done"].map((title, place) => (
        h("th", { scope: "col", key: String(place), class: place > 0 ? "number" : null }, title))))),
      h("tbody", {}, rows.map(({ setting, seen, done }, index) => h("tr", { key: String(index) },
        h("th", { scope: "row" }, visible(setting)),
        [seen, done].map((p, place) => h("td", {
          class: `number belief-value${p === best[place] ? " best" : ""}`, style: { "--p": p ?? 0 },
        }, p === null ? "–" : probabilityText(p), p === best[place] && h("span", {}, " ▲"))))))),
    sentence && h("p", {}, visible(sentence)));
}

function table({ effects, is_exact: isExact }, { variables }) {
  const fits = ({ variable, done }) => variables.get(variable)?.states.length === done.length;
  const rows = effects.filter(fits).toSorted((a, b) => b.difference - a.difference)
    .flatMap((effect) => linesOf(effect, variables.get(effect.variable)));
  return h("table", { class: "belief-table study-intervene-table" },
    h("caption", {}, `Beliefs after seeing and after doing${isExact ? "" : ", approximate"}`),
    h("thead", {}, h("tr", {}, COLUMNS.map((title, place) => (
      h("th", { scope: "col", key: title, class: place > 1 ? "number" : null }, title))))),
    h("tbody", {}, rows));
}

function linesOf({ variable: id, seen, done, difference }, variable) {
  return variable.states.map((state, index) => {
    const isSeen = seen.length > 0;
    const gap = isSeen ? done[index] - seen[index] : 0;
    const marks = [index > 0 && "continued", difference > SAME && "differs"].filter(Boolean).join(" ");
    const name = visible(label(variable));
    return h("tr", { key: JSON.stringify([id, index]), class: marks || null },
      h("th", { scope: "row", title: name }, index > 0 ? h("span", { class: "mbml-spoken" }, name) : name),
      h("td", { title: visible(state) }, visible(state)),
      h("td", { class: "number belief-value", style: { "--p": isSeen ? seen[index] : 0 } },
        isSeen ? probabilityText(seen[index]) : "–"),
      h("td", { class: "number belief-value", style: { "--p": done[index] } }, probabilityText(done[index])),
      h("td", { class: "number study-intervene-gap" }, Math.abs(gap) > SAME ? changeText(gap) : ""));
  });
}
