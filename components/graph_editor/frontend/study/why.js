/** Why a belief changed: before and after, what each observation did, along which paths, and what pairs do. */

import { h } from "../dom.js";
import { section } from "../panels/parts.js";
import { visible } from "../text.js";
import { createClaim } from "./claim.js";
import { progressBar, refusalLine } from "./parts.js";
import { waterfall } from "./waterfall.js";

const SHARES = "The share of an observation is what would be lost without it, all others being there; in log-odds "
  + "(the logarithm of P ÷ (1 − P)), which add up: +0.69 doubles the odds.";
const FEW = "What two observations do to each other is shown for up to six of them.";

export const whyView = {
  name: "why",
  title: "Why did it change?",
  hint: "What each observation did, along which paths.",
  create: createWhy,
};

function createWhy(study) {
  let pinned = null; // id of the observation that is looked at
  let pointed = null; // {id, path}: what the pointer or the focus is on; `path` null for all of them
  const claim = createClaim(study, "why", light);

  function light() {
    const { reply } = claim.question.now;
    study.overlay(reply ? overlayOf(reply, pointed ?? { id: pinned, path: null }) : null);
  }

  const isPointed = ({ id, path }) => pointed?.id === id && pointed.path === path;

  /** At a place, or away from it: what is looked at elsewhere by then stays lit. */
  function point(place, isThere) {
    if (isPointed(place) === isThere) return;
    pointed = isThere ? place : null;
    light();
  }

  function pin(id) {
    pinned = pinned === id ? null : id;
    light();
    study.redraw();
  }

  return {
    update: claim.follow,
    draw(state) {
      const { now, cancel } = claim.question;
      return [
        claim.pickers(state),
        progressBar(now, cancel),
        refusalLine(now.refusal),
        now.reply && answer(now.reply, pinned, { pin, point }),
      ];
    },
  };
}

function answer(reply, pinned, verbs) {
  const parts = reply.contributions;
  const looked = parts.find(({ id }) => id === pinned) ?? largest(parts);
  return h("div", { key: "answer" },
    change(reply),
    h("p", { class: "study-why-summary", role: "status" }, reply.summary),
    parts.length > 0 && section("What each observation did", chart(reply, pinned, verbs),
      h("p", { class: "inspector-hint" }, SHARES)),
    looked && closer(reply, looked, verbs));
}

/** Of equal ones the first. */
function largest(parts) {
  const size = ({ shift }) => (shift.nats === null ? Infinity : Math.abs(shift.nats));
  return parts.reduce((best, part) => (best === null || size(part) > size(best) ? part : best), null);
}

function change({ claim, before, after }) {
  return h("div", { class: "study-why-change", key: "change" },
    standing("Before", claim.text, before),
    h("span", { class: "study-why-arrow", "aria-hidden": "true" }, "→"),
    standing("After", claim.text, after));
}

function standing(title, text, { probability, text: chance, odds }) {
  return h("div", { class: "study-why-standing", key: title },
    h("span", { class: "study-why-when" }, `${title}: P(${text})`),
    h("b", {}, chance),
    h("span", { class: "study-why-track", style: { "--p": probability }, "aria-hidden": "true" }),
    h("span", { class: "study-why-odds" }, odds));
}

function chart(reply, pinned, { pin, point }) {
  const { contributions: parts, others, interaction, total, left_over: leftOver } = reply;
  const hasRest = parts.length > 1;
  const shifts = [
    ...parts.map(({ shift }) => shift),
    ...(others ? [others.shift] : []),
    ...(hasRest && interaction ? [interaction] : []),
  ];
  const { bars, zero, end } = waterfall(shifts);
  const rows = parts.map((part, index) => h("li", { key: part.id },
    h("button", {
      type: "button", class: "study-why-row", "aria-pressed": String(part.id === pinned),
      onClick: () => pin(part.id),
      ...pointing(part.id, null, point),
    },
    h("span", { class: "study-why-name" }, unquoted(part.seen)),
    bar(bars[index], part.shift, zero, ""),
    h("span", { class: "study-why-number" }, part.shift.text))));
  const smaller = others && h("li", { key: "smaller" }, h("div", { class: "study-why-row" },
    h("span", { class: "study-why-name" }, `${others.count} more, each with less`),
    bar(bars[parts.length], others.shift, zero, ""),
    h("span", { class: "study-why-number" }, others.shift.text)));
  const rest = hasRest && h("li", { key: "rest" }, h("div", { class: "study-why-row" },
    h("span", { class: "study-why-name" }, "left over (interaction)"),
    interaction ? bar(bars.at(-1), interaction, zero, "rest") : h("span", {}),
    h("span", { class: "study-why-number" }, interaction ? interaction.text : "–")));
  const whole = h("li", { key: "whole" }, h("div", { class: "study-why-row study-why-whole" },
    h("span", { class: "study-why-name" }, "all together"),
    bar({ start: zero, end, isEndless: total.nats === null }, total, zero, "whole"),
    h("span", { class: "study-why-number" }, total.text)));
  return [
    h("ul", { class: "study-why-chart", key: "chart" }, rows, smaller, rest, whole),
    h("p", { key: "rest", class: "study-why-rest" }, leftOver),
  ];
}

/** A bar from where the one above ended; its direction is told by an arrow head too. */
function bar({ start, end, isEndless }, { sign }, zero, kind) {
  const [low, high] = [Math.min(start, end), Math.max(start, end)];
  const side = sign < 0 ? "down" : "up";
  return h("span", { class: "study-why-plot", style: { "--zero": zero }, "aria-hidden": "true" },
    h("span", {
      class: ["study-why-bar", side, kind, isEndless ? "endless" : "", sign === 0 ? "none" : ""].join(" "),
      style: { "--low": low, "--high": high },
    }));
}

/** The three questions about one observation. */
function closer(reply, part, { point }) {
  const pairs = reply.pairs.filter(({ first }) => first === part.id);
  const seen = new Map(reply.contributions.map(({ id, seen: text }) => [id, text]));
  return section(`A closer look at ${part.seen}`,
    h("h4", { class: "study-why-question" }, "What did it do?"),
    h("p", {}, part.sentence),
    h("h4", { class: "study-why-question", key: "along" }, "Along which paths?"),
    h("p", { key: "reach" }, part.reach),
    h("ul", { class: "study-why-paths", key: "paths" }, part.paths.filter(({ variables }) => variables.length > 1)
      .map((path, index) => pathItem(part, path, index, point))),
    reply.contributions.length > 1 && h("h4", { class: "study-why-question", key: "others" },
      "How do the others change its effect?"),
    reply.contributions.length > 1 && (pairs.length > 0 ? pairTable(pairs, seen)
      : h("p", { class: "inspector-hint", key: "few" }, FEW)));
}

function pathItem(part, path, index, point) {
  return h("li", { key: String(index) },
    h("button", {
      type: "button", class: "study-why-path", title: "Show this path only",
      ...pointing(part.id, index, point),
    }, path.text),
    path.colliders.map(({ variable, sentence }) => h("p", { class: "inspector-hint", key: variable }, sentence)));
}

function pairTable(pairs, seen) {
  const titles = ["Other observation", "without it", "with it"];
  return h("table", { class: "study-why-pairs", key: "pairs" },
    h("caption", { class: "mbml-spoken" }, "The effect in log-odds, without and with each of the others"),
    h("thead", {}, h("tr", {}, titles.map((title) => h("th", { scope: "col", key: title }, title)))),
    pairs.map((pair) => h("tbody", { key: pair.second },
      h("tr", { key: "numbers" },
        h("th", { scope: "row" }, unquoted(seen.get(pair.second))),
        h("td", {}, pair.alone.text),
        h("td", {}, pair.together.text)),
      h("tr", { key: "words" }, h("td", { colspan: "3" },
        pair.is_explaining_away && h("span", { class: "study-why-badge" }, "explaining away"), pair.sentence)))));
}

/** The pointer counts once it moves: what is scrolled under it says nothing against the focus. */
function pointing(id, path, point) {
  const [here, away] = [() => point({ id, path }, true), () => point({ id, path }, false)];
  return { onPointermove: here, onPointerleave: away, onFocus: here, onBlur: away };
}

/** In lists of observations they need no quotes. */
function unquoted(text) {
  return visible(text.replace(/^“|”$/gu, ""));
}

/** Everything glows that carries what is looked at; of all observations, where none is. */
function overlayOf({ claim, contributions }, { id, path }) {
  const parts = contributions.filter((part) => id === null || part.id === id);
  const paths = parts.flatMap((part) => part.paths.filter((_, index) => path === null || path === index));
  const colliders = paths.flatMap((each) => each.colliders.map(({ variable }) => variable));
  const looks = new Map(paths.flatMap(({ variables }) => variables.map((variable) => [variable, "path"])));
  parts.forEach((part) => looks.set(part.id, "source"));
  looks.set(claim.variable, "target");
  const notes = new Map(colliders.map((variable) => [variable, "explaining away"]));
  return {
    nodes: [...looks].map(([node, look]) => ({ id: node, look, note: notes.get(node) ?? "" })),
    edges: edgesOf(paths),
  };
}

function edgesOf(paths) {
  const found = new Map(); // variables by factor
  const add = (factor, variable) => found.set(factor, (found.get(factor) ?? new Set()).add(variable));
  for (const { variables, factors } of paths) {
    factors.forEach((factor, index) => variables.slice(index, index + 2).forEach((end) => add(factor, end)));
  }
  return [...found].flatMap(([factor, ends]) => [...ends].map((variable) => ({ factor, variable, look: "glow" })));
}
