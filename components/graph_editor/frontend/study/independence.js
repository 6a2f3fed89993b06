/** Whether two variables tell about each other: the paths that are open, and what blocks the others. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { button, icon, ICONS, section } from "../panels/parts.js";
import { blanketOverlay, trailsOverlay } from "./independence_overlay.js";
import { isOther, momentOf } from "./moment.js";
import { progressBar, refusalLine, sentences, variablePicker } from "./parts.js";

const HINT = "Which paths are open, what blocks the rest.";
const NEEDS_TWO = "Two variables are needed: draw another one.";
const SIGNS = new Map([[true, "⊥"], [false, "∿"]]);

export const independenceView = { name: "independence", title: "Independent?", hint: HINT, create };

const START = { first: null, second: null, supposed: [], lit: null };

function create(study) {
  const { store } = study;
  const question = study.question("independence");
  let view = START;
  let asked = null;
  let shown = null; // what the overlay was made of

  function look(changes) {
    view = { ...view, ...changes };
    follow(store.state());
    study.redraw();
  }

  function follow(state) {
    view = withDrawn(view, state);
    const now = [...momentOf(state), view.first, view.second, JSON.stringify(view.supposed)];
    if (isOther(asked, now)) ask(now);
    light();
  }

  function ask(now) {
    asked = now;
    view = { ...view, lit: null };
    if (view.second === null) question.clear();
    else question.ask({ first: view.first, second: view.second, supposed: view.supposed });
  }

  function light() {
    const { reply } = question.now;
    if (shown && shown[0] === reply && shown[1] === view.lit) return;
    shown = [reply, view.lit];
    study.overlay(reply ? overlayOf(reply, view.lit) : null);
  }

  const on = {
    choose: (name, id) => look(chosen(view, name, id)),
    swap: () => look({ first: view.second, second: view.first }),
    suppose: (id) => look({ supposed: [...view.supposed, id] }),
    forget: (id) => look({ supposed: view.supposed.filter((other) => other !== id) }),
    light: (lit) => look({ lit: view.lit === lit ? null : lit }),
    pick: () => store.setUi({ pick: store.state().ui.pick ? null : { only: "variables" } }),
    stop: () => question.cancel(),
  };

  return {
    draw(state) {
      light();
      return draw(state, view, question.now, on);
    },
    update(state, previous) {
      const { picked } = state.ui;
      if (picked && previous && picked.serial !== previous.ui.picked?.serial) {
        view = { ...view, ...pickedInto(view, picked.id) };
      }
      if (previous && isLedElsewhere(state.ui, previous.ui)) view = START;
      follow(state);
    },
  };
}

/**
 * The choice as far as it is still drawn; at first the selected variables and those that a lesson looks at, then the
 * first and the last one.
 */
export function withDrawn(view, { drawing, ui }) {
  const isDrawn = (id) => drawing.variables.has(id);
  const ids = [...drawing.variables.keys()];
  const wanted = view.first === null ? [...ui.selection, ...ui.highlight] : [view.first, view.second];
  const offered = [...new Set([...wanted.filter(isDrawn), ids.at(0), ids.at(-1), ...ids])];
  const [first = null, second = null] = offered.filter((id) => id !== undefined);
  const supposed = view.supposed.filter((id) => isDrawn(id) && id !== first && id !== second);
  return { ...view, first, second, supposed };
}

/** Whether the next step of a lesson looks at something else. */
function isLedElsewhere({ highlight }, before) {
  return highlight !== before.highlight && highlight.size > 0;
}

/** A variable that was the other one changes places with it. */
function chosen(view, name, id) {
  const other = name === "first" ? "second" : "first";
  const moved = view[other] === id ? { [other]: view[name] } : {};
  return { [name]: id, ...moved, supposed: view.supposed.filter((known) => known !== id) };
}

/** Picking goes round: what was second becomes first. */
function pickedInto(view, id) {
  if (id === view.second) return {};
  return { first: view.second, second: id, supposed: view.supposed.filter((known) => known !== id) };
}

function overlayOf(reply, lit) {
  if (lit?.startsWith("blanket ")) return blanketOverlay(reply.blankets[Number(lit.slice(8))]);
  const trails = [...reply.open_trails, ...reply.blocked_trails];
  return trailsOverlay(reply, lit === null ? trails : [trails[Number(lit)]]);
}

function draw(state, view, now, on) {
  if (view.second === null) return [h("p", { class: "inspector-hint", key: "few" }, NEEDS_TWO)];
  return [
    h("div", { class: "study-independence-pair", key: "pair" },
      variablePicker(state, view.first, (id) => on.choose("first", id), { caption: "First" }),
      variablePicker(state, view.second, (id) => on.choose("second", id), { caption: "Second" })),
    h("div", { class: "button-row study-independence-tools", key: "tools" },
      button("Pick on the drawing", on.pick, { key: "pick", pressed: state.ui.pick !== null }),
      button("Swap", on.swap, { key: "swap" })),
    state.ui.pick && h("p", { class: "inspector-hint", key: "picking" },
      "Click one variable after the other on the drawing."),
    known(state, view, on),
    progressBar(now, on.stop),
    refusalLine(now.refusal),
    now.reply && answer(now.reply, state, view, on),
  ];
}

function known(state, view, on) {
  const { drawing } = state;
  const seen = [...drawing.observed.keys()].filter((id) => drawing.variables.has(id));
  const isFree = (id) => ![view.first, view.second, ...view.supposed, ...seen].includes(id);
  const free = [...drawing.variables.values()].filter(({ id }) => isFree(id));
  return h("div", { class: "study-independence-known", key: "known" },
    h("p", { class: "inspector-hint" }, seen.length === 0 ? "Nothing is observed."
      : `Observed: ${seen.map((id) => nameOf(drawing, id)).join(", ")}.`),
    view.supposed.length > 0 && h("ul", { class: "study-independence-supposed" }, view.supposed.map((id) => (
      h("li", { key: id }, `${nameOf(drawing, id)}, supposed`,
        button(icon(ICONS.remove), () => on.forget(id),
          { label: `Do not suppose ${nameOf(drawing, id)}`, kind: "quiet" }))))),
    free.length > 0 && adder(free, on));
}

function adder(free, on) {
  const options = free.map((variable, place) => h("option", { value: String(place) }, visible(label(variable))));
  return h("label", { class: "study-field" }, h("span", {}, "Suppose"),
    h("select", {
      value: "", onChange: ({ target }) => {
        const { id } = free[Number(target.value)];
        target.value = "";
        on.suppose(id);
      },
    }, h("option", { value: "" }, "also known…"), options));
}

function answer(reply, { drawing }, view, on) {
  const isSeparated = reply.is_separated;
  const verdict = isSeparated ? "separated" : "connected";
  const given = reply.known.length > 0 ? " given what is known" : "";
  return h("div", { class: "study-independence-answer", key: "answer" },
    h("section", { class: `study-independence-verdict ${verdict}`, role: "status" },
      h("p", { class: "study-independence-title" },
        h("span", { class: "study-independence-sign", "aria-hidden": "true" }, SIGNS.get(isSeparated)),
        isSeparated ? `Independent${given}` : `Connected${given}`),
      sentences([reply.sentence]),
      h("p", { class: "study-independence-bits" },
        h("b", {}, bits(reply, drawing)), " ", visible(reply.check))),
    trails("Open paths", reply.open_trails, 0, reply.has_more[0], view, on),
    trails("Blocked paths", reply.blocked_trails, reply.open_trails.length, reply.has_more[1], view, on),
    blankets(reply, drawing, view, on),
    h("p", { class: "inspector-hint" }, visible(reply.reading_sentence)));
}

function bits(reply, drawing) {
  if (reply.bits_text === "") return "";
  const given = reply.known.length + reply.hinted.length > 0 ? " | known" : "";
  const names = `${nameOf(drawing, reply.first)}; ${nameOf(drawing, reply.second)}`;
  return `I(${names}${given}) = ${reply.bits_text}.`;
}

function trails(title, list, start, hasMore, view, on) {
  if (list.length === 0) return null;
  return section(title,
    h("ul", { class: "study-independence-trails" }, list.map((trail, place) => {
      const lit = String(start + place);
      return h("li", { key: lit }, h("button", {
        type: "button", class: `study-independence-trail ${trail.is_open ? "open" : "blocked"}`,
        "aria-pressed": String(view.lit === lit), onClick: () => on.light(lit),
      },
      h("span", { class: "study-independence-route" }, visible(trail.text)),
      h("span", { class: "study-independence-why" }, visible(trail.sentence))));
    })),
    hasMore && h("p", { class: "inspector-hint" }, "There are longer ones that are not listed."));
}

function blankets(reply, drawing, view, on) {
  const place = reply.blankets.findIndex((_, index) => view.lit === `blanket ${index}`);
  return section("Markov blanket",
    h("div", { class: "button-row" }, reply.blankets.map(({ variable }, index) => (
      button(`of ${nameOf(drawing, variable)}`, () => on.light(`blanket ${index}`),
        { key: String(index), pressed: place === index })))),
    place >= 0 && h("p", { role: "status" }, visible(reply.blankets[place].sentence)));
}

function nameOf(drawing, id) {
  const variable = drawing.variables.get(id);
  return variable ? visible(label(variable)) : visible(id);
}
