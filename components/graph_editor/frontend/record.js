/**
 * The journal: what has to be kept so that Python can rebuild the document, in this session or in the next.
 *
 * @typedef {{base: {sample: string} | {text: string} | null, commands: object[]}} JournalRecord
 *   the document that was started from, and what was done to it since
 * @typedef {{record: JournalRecord, numbers: number[], isPristine: boolean, replacements: number, wasCut: boolean,
 *   patience: number}} Journal
 *   `numbers`: under which number each command was sent; 0: in a session before this one
 *   `replacements`: how often another document was opened in this one's place
 */

/** Commands of a record; a longer one is cut. Replaying so many takes Python a fraction of a second. */
export const MAX_COMMANDS = 400;

/** Characters of opened files in a record. Two records of this size still fit the 8 MB that Python reads. */
const MAX_TEXT = 2 ** 21;

/** Commands to wait after a document could not be written (it is unsound) before that is tried again. */
const RETRY_AFTER = 50;

const EMPTY = { base: null, commands: [] };

const START = { record: EMPTY, numbers: [], isPristine: true, replacements: 0, wasCut: false, patience: 0 };

/** @returns {Journal} of a drawing that nobody has changed */
export function startJournal() {
  return START;
}

/**
 * The journal that goes on from a stored record.
 * @param {JournalRecord} record
 * @returns {Journal}
 */
export function adopted({ base, commands }) {
  return { ...START, record: { base, commands }, numbers: commands.map(() => 0), isPristine: false };
}

/** The journal for a Python session that has yet to be told all of it, and whose undo reaches as far as it. */
export function forNewSession(journal) {
  return { ...journal, numbers: journal.numbers.map(() => 0), wasCut: false };
}

/**
 * The journal that names the document its session started with: a record is reopened in other sessions, which
 * may start with another one.
 */
export function rooted(journal, origin) {
  const isRooted = journal.record.base !== null && !journal.isPristine;
  if (isRooted || !origin) return journal;
  return { ...journal, record: { ...journal.record, base: baseOf(origin) } };
}

const SAMPLE = "sample:";

function baseOf({ id, text }) {
  if (id.startsWith(SAMPLE)) return { sample: id.slice(SAMPLE.length) };
  return typeof text === "string" ? { text } : null;
}

const isReplacement = ({ type }) => type === "open" || type === "new";

/** The journal with one more command. */
export function noted(journal, n, command) {
  return {
    ...journal,
    record: { ...journal.record, commands: [...journal.record.commands, command] },
    numbers: [...journal.numbers, n],
    isPristine: false,
    replacements: journal.replacements + isReplacement(command),
  };
}

/** The journal without the commands that Python refused. */
export function struck(journal, refused) {
  if (!refused.size) return journal;
  const isUndone = (command, index) => isReplacement(command) && refused.has(journal.numbers[index]);
  const undone = journal.record.commands.filter(isUndone).length;
  return { ...only(journal, (n) => !refused.has(n)), replacements: journal.replacements - undone };
}

/**
 * The journal after Python could not rebuild the document: what was done since was done to another document, the
 * one that the session started with. The record itself stays where it is kept.
 */
export function abandoned(journal) {
  const since = only({ ...journal, record: { ...journal.record, base: null } }, (n) => n > 0);
  return { ...since, isPristine: !since.record.commands.length, replacements: journal.replacements + 1 };
}

/** The journal that starts from the document as it was after command `n`. */
export function cut(journal, n, text) {
  const rest = only(journal, (number) => number > n);
  return { ...rest, record: { ...rest.record, base: { text } }, wasCut: true, patience: 0 };
}

/** The journal after a document could not be written. */
export function postponed(journal) {
  return { ...journal, patience: journal.record.commands.length + RETRY_AFTER };
}

/**
 * Whether the journal should be cut: it is long or large, or was cut before and holds an undo or redo, which may
 * reach behind the document it now starts from.
 */
export function isCutDue({ record: { commands }, wasCut, patience }) {
  if (commands.length <= patience) return false;
  const size = commands.reduce((sum, { base64, text }) => sum + (base64 ?? text ?? "").length, 0);
  const reachesBack = wasCut && commands.some(({ type }) => type === "undo" || type === "redo");
  return commands.length > MAX_COMMANDS || size > MAX_TEXT || reachesBack;
}

function only(journal, keeps) {
  const { record, numbers } = journal;
  const commands = record.commands.filter((_, index) => keeps(numbers[index]));
  return { ...journal, record: { ...record, commands }, numbers: numbers.filter(keeps) };
}
