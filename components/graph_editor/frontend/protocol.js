/**
 * The browser's half of the conversation with Python, as a value: what was said and not yet answered, what came
 * back, and the drawing that follows from both.
 *
 * @typedef {{n: number, command: object, isRequest: boolean}} Entry
 * @typedef {object} Core
 * @property {number} page random number of this numbering of commands
 * @property {string|null} session of Python, as last seen
 * @property {number} acked the last command that Python has applied
 * @property {number} next number of the next command
 * @property {object} have revision of each section
 * @property {object} sections
 * @property {Entry[]} pending not acknowledged
 * @property {object|null} held the drawing to go on showing while Python rebuilds it
 * @property {object} drawing
 * @property {Map<string, number[]>} changed
 * @property {object[]|null} refused
 * @property {import("./record.js").Journal} journal
 * @property {string} asked for what sections were asked, to ask once
 */

import { apply, fromSections } from "./document.js";
import { abandoned, adopted, forNewSession, noted, rooted, startJournal, struck } from "./record.js";

/** Sections that make up the drawing. They reflect exactly the commands that are acknowledged with them. */
const DRAWN = ["graph", "layout", "evidence"];

/** Smaller movements of a probability are not shown: they are below the third digit. */
const VISIBLE_CHANGE = 0.0005;

/**
 * @param {number} page
 * @returns {Core}
 */
export function startCore(page) {
  return {
    page,
    session: null,
    acked: 0,
    next: 1,
    have: {},
    sections: {},
    pending: [],
    held: null,
    drawing: fromSections({}),
    changed: new Map(),
    refused: null,
    journal: startJournal(),
    asked: "",
  };
}

/** What is said to Python: everything it may not know yet. */
export function logOf({ page, have, pending }) {
  return { page, have, commands: pending.map(({ n, command }) => ({ ...command, n })) };
}

/** The core after a command that changes the document. */
export function dispatched(core, command) {
  const said = queued(core, command, false);
  return { ...said, drawing: apply(core.drawing, command), journal: noted(core.journal, core.next, command) };
}

/** The core after a question about the document. */
export function requested(core, command) {
  return queued(core, command, true);
}

function queued(core, command, isRequest) {
  return { ...core, next: core.next + 1, pending: [...core.pending, { n: core.next, command, isRequest }] };
}

/** The core after Python was asked to rebuild the document of a stored record. */
export function restored(core, record, page) {
  return renumbered(core, adopted(record), page);
}

/**
 * The core that starts anew with a Python that knows nothing: first the whole journal, then open questions.
 * Meanwhile the drawing stays as it is.
 */
function renumbered(core, journal, page) {
  const restore = { command: { type: "restore", ...journal.record }, isRequest: false };
  const questions = core.pending.filter(({ isRequest }) => isRequest);
  const first = journal.isPristine ? questions : [restore, ...questions];
  const pending = first.map((entry, index) => ({ ...entry, n: index + 1 }));
  const held = journal.isPristine ? null : core.drawing;
  return { ...core, page, acked: 0, next: pending.length + 1, have: {}, pending, held, journal, asked: "" };
}

/**
 * The core after a payload.
 * @param {Core} core
 * @param {object} data
 * @param {number} freshPage number for a new page, should Python have been restarted
 * @returns {{core: Core, answers: {command: object, n: number, reply: object|undefined}[], mustSpeak: boolean}}
 */
export function received(core, data, freshPage) {
  const isRestarted = core.session !== null && data.session !== core.session;
  const current = isRestarted ? renumbered(core, forNewSession(core.journal), freshPage) : core;
  const met = { ...current, session: data.session };
  const mustSpeak = isRestarted && met.pending.length > 0;
  if (isOutdated(met, data)) return { core: met, answers: [], mustSpeak };
  const missing = Object.keys(data.revisions).filter((name) => !isHeld(met, data, name));
  const request = JSON.stringify([met.have, data.revisions]);
  const asks = missing.length > 0 && request !== met.asked;
  const asking = { ...met, asked: asks ? request : met.asked };
  const isWhole = !missing.some((name) => DRAWN.includes(name));
  return { ...(isWhole ? accepted(asking, data) : { core: asking, answers: [] }), mustSpeak: mustSpeak || asks };
}

const ackedIn = (core, data) => (data.page === core.page ? data.acked : 0);

/** Payloads from before what is known already, or from before the document was rebuilt. */
function isOutdated(core, data) {
  const acked = ackedIn(core, data);
  return acked < core.acked || (core.held !== null && acked < 1);
}

function isHeld(core, { revisions, sections }, name) {
  return Object.hasOwn(sections, name) || core.have[name] === revisions[name];
}

function accepted(core, data) {
  const acked = ackedIn(core, data);
  const sections = { ...core.sections, ...data.sections };
  const fresh = Object.keys(data.sections).map((name) => [name, data.revisions[name]]);
  const pending = core.pending.filter(({ n }) => n > acked);
  const answers = answersIn(core, data, acked);
  const refusals = answers.filter(({ isRequest, reply }) => !isRequest && reply?.refused);
  const known = {
    ...core,
    acked,
    sections,
    pending,
    held: null,
    have: { ...core.have, ...Object.fromEntries(fresh) },
    drawing: pending.reduce((drawing, { command }) => apply(drawing, command), fromSections(sections)),
    changed: data.sections.beliefs ? movements(core.sections.beliefs, data.sections.beliefs) : core.changed,
    refused: refusedIn(core, data, answers, refusals),
    journal: rooted(journalAfter(core.journal, refusals), sections.origin),
  };
  return { core: known, answers: answers.filter(({ isRequest }) => isRequest) };
}

function answersIn(core, data, acked) {
  const replies = new Map(data.page === core.page ? data.replies.map((reply) => [reply.n, reply]) : []);
  return core.pending.filter(({ n }) => n <= acked).map((entry) => ({ ...entry, reply: replies.get(entry.n) }));
}

/** Number of the reply to a log that could not be read at all. */
const WHOLE_LOG = 0;

function refusedIn(core, data, answers, refusals) {
  const whole = data.replies.filter(({ n, refused }) => n === WHOLE_LOG && refused);
  const problems = [...whole, ...refusals.map(({ reply }) => reply)].flatMap(({ refused }) => refused);
  if (problems.length) return problems;
  return answers.length ? null : core.refused;
}

function journalAfter(journal, refusals) {
  const isLost = refusals.some(({ command }) => command.type === "restore");
  const numbers = new Set(refusals.map(({ n }) => n));
  return struck(isLost ? abandoned(journal) : journal, numbers);
}

/** How far each belief moved, of the variables where any state moved visibly. */
function movements(before, after) {
  const known = new Map(before?.values ?? []);
  const moves = after.values
    .filter(([id, beliefs]) => known.get(id)?.length === beliefs.length)
    .map(([id, beliefs]) => [id, beliefs.map((p, state) => p - known.get(id)[state])]);
  return new Map(moves.filter(([, deltas]) => deltas.some((delta) => Math.abs(delta) >= VISIBLE_CHANGE)));
}
