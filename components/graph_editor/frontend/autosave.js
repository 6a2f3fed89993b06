/**
 * Every drawing of this browser is kept in its database, as the record that rebuilds it: nobody has to save, and
 * a reloaded page goes on where it was.
 *
 * @typedef {import("./record.js").JournalRecord} JournalRecord
 * @typedef {{id: string, name: string, updated: number, revision: number, record: JournalRecord,
 *   origin: string|null}} StoredDrawing  `origin`: the named file it is an edit of
 */

import { openDatabase } from "./database.js";
import { createHolding } from "./holding.js";
import { createTabMemory } from "./tab.js";

/** Milliseconds between two writes: a finished gesture is stored well within a second. */
const WRITE_EVERY = 200;

/** Milliseconds after which a write that failed is tried again. */
const RETRY_AFTER = 5_000;

/** Drawings that are kept; the oldest go. */
const MAX_DRAWINGS = 50;

const UNNAMED = "Untitled";
const QUESTIONS = new Set(["save", "ask", "poll", "cancel"]);
const REPLACEMENTS = new Set(["open", "new"]);

const ELSEWHERE = {
  text: "This drawing is open in another tab. Changes made here are kept as a copy.",
  kind: "warn",
};

/**
 * @param {ReturnType<typeof import("./store.js").createStore>} store
 * @param {object} [means] of the browser
 * @param {IDBFactory} [means.indexedDB]
 * @param {LockManager} [means.locks] missing on plain-http addresses
 * @param {Storage} [means.sessionStorage]
 * @param {(name: string) => BroadcastChannel} [means.broadcast]
 * @param {EventTarget} [means.page] hears visibilitychange and pagehide
 * @param {() => number} [means.now]
 * @param {() => string} [means.newId]
 * @param {(callback: () => void, ms: number) => unknown} [means.setTimer]
 */
export function createAutosave(store, means = browserMeans()) {
  const { indexedDB, now = Date.now, newId = randomId } = means;
  const setTimer = means.setTimer ?? ((callback, ms) => setTimeout(callback, ms));
  const wait = (ms) => new Promise((done) => setTimer(done, ms));
  const holding = createHolding({ locks: means.locks, broadcast: means.broadcast, wait });
  const tab = createTabMemory(means.sessionStorage);
  let start = null; // what the session was started with, once known
  let database = null;
  let current = null; // {id, origin, revision} of the drawing that is being edited, once it is kept
  let started = store.record(); // what the latest write holds
  let replacements = 0; // of the drawing by other documents, up to then
  let saved = started; // what is on the disk
  let written = -Infinity; // when
  let hasFailed = false;
  let timer = null;

  const isBehind = (record) => !store.isPristine() && !isSame(store.record(), record);

  const openAgain = async () => (database ??= await openDatabase(indexedDB).catch(() => null));

  async function resume(origin) {
    await openAgain();
    start = origin;
    const chosen = await chosenDrawing(database, tab, origin).catch(() => null);
    const record = chosen ? adopt(chosen, await holding.hold(chosen.id)) : null;
    follow();
    return record;
  }

  /** The drawing becomes this tab's or, where another tab has it, a copy of it does. */
  function adopt(drawing, isOurs) {
    current = isOurs ? drawing : fresh(drawing.origin);
    started = saved = drawing.record;
    replacements = 0;
    if (isOurs) tab.remember(drawing.id, start.id);
    else store.setUi({ toast: ELSEWHERE });
    return drawing.record;
  }

  function fresh(origin) {
    const id = newId();
    holding.hold(id); // nobody else knows this id: it is ours
    return { id, origin, revision: 0 };
  }

  function follow() {
    // The first change after a rest is written at once: whoever reloads right after a gesture must find it.
    const rest = Math.max(0, written + WRITE_EVERY - now());
    if (start && isBehind(started)) timer ??= setTimer(onTimer, rest);
    report();
  }

  async function onTimer() {
    await openAgain();
    timer = null;
    await write();
  }

  function report() {
    const isAnswered = store.state().pending.every(({ type }) => QUESTIONS.has(type));
    const isSaved = !isBehind(saved) && isAnswered;
    store.setUi({ save: hasFailed ? "unsaved" : isSaved ? "saved" : "saving" });
  }

  /** Starts the transaction before it returns: a page that is being closed gets no further turn. */
  async function write(isLast = false) {
    const isUndecided = store.state().pending.some(({ type }) => REPLACEMENTS.has(type)); // it may be refused
    if (!start || !isBehind(started) || (isUndecided && !isLast)) return;
    const record = store.record();
    current = nextVersion(record);
    started = record;
    written = now();
    await put(current).then(onWritten, onFailed);
  }

  function nextVersion(record) {
    const isReplaced = store.replacements() > replacements;
    replacements = store.replacements();
    const home = isReplaced ? fresh(null) : (current ?? fresh(start.explicit ? start.id : null));
    const name = store.state().drawing.name || UNNAMED;
    return { ...home, name, updated: now(), revision: home.revision + 1, record };
  }

  async function put(drawing) {
    if (!database) throw new Error("This browser keeps no drawings.");
    await database.put(drawing);
    if (drawing.revision === 1) prune(database, drawing.id).catch(() => {}); // next time, then
    return drawing;
  }

  function onWritten(drawing) {
    hasFailed = false;
    if (drawing.id === current.id) {
      saved = drawing.record;
      tab.remember(drawing.id, start.id);
    }
    report();
  }

  function onFailed() {
    hasFailed = true;
    started = saved;
    timer ??= setTimer(onTimer, RETRY_AFTER);
    report();
  }

  async function openRecent(id) {
    if (id === current?.id) return true;
    const drawing = await database?.get(id);
    if (!drawing) return false;
    const isOurs = await holding.hold(id);
    write(true);
    store.restore(adopt(drawing, isOurs));
    return true;
  }

  store.subscribe(follow);
  means.page?.addEventListener("pagehide", () => write(true));
  means.page?.addEventListener("visibilitychange", () => write(true));

  return {
    /**
     * Which drawing to go on with after the page was loaded.
     * @type {(origin: {id: string, explicit: boolean}) => Promise<JournalRecord|null>} for `store.restore`; null:
     *   what the session was started with. It becomes a new drawing with the first change.
     */
    resume,
    /** The drawings of this browser, newest first: {id, name, updated}. */
    recent: async () => newestFirst((await database?.all()) ?? []).map(entryOf),
    /** Go on with one of them. @type {(id: string) => Promise<boolean>} whether it is there */
    openRecent,
    /** Write what has changed now. @type {() => Promise<void>} */
    flush: () => write(true),
  };
}

/** The tab's own drawing, else that of the named file, else, where no file was named, the latest one. */
async function chosenDrawing(database, tab, origin) {
  const inTab = tab.drawing();
  const isElsewhere = origin.explicit && tab.origin() !== origin.id;
  const own = inTab && !isElsewhere ? await database.get(inTab) : undefined;
  if (own) return own;
  const known = newestFirst(await database.all());
  return origin.explicit ? known.find((drawing) => drawing.origin === origin.id) : known[0];
}

const entryOf = ({ id, name, updated }) => ({ id, name, updated });

const newestFirst = (drawings) => drawings.toSorted((a, b) => b.updated - a.updated);

async function prune(database, keptId) {
  const old = newestFirst(await database.all()).slice(MAX_DRAWINGS);
  await database.remove(old.map(({ id }) => id).filter((id) => id !== keptId));
}

/** A restored record is a new object with the same parts. */
const isSame = (a, b) => a.base === b.base && a.commands === b.commands;

/** crypto.randomUUID is missing on plain-http addresses. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function browserMeans() {
  const allowed = (name) => {
    try {
      return globalThis[name]; // reading it throws where the browser's settings forbid it
    } catch {
      return undefined;
    }
  };
  return {
    indexedDB: allowed("indexedDB"),
    locks: globalThis.navigator?.locks,
    sessionStorage: allowed("sessionStorage"),
    broadcast: globalThis.BroadcastChannel && ((name) => new BroadcastChannel(name)),
    page: globalThis.window,
  };
}
