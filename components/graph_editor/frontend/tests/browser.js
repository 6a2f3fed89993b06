/** A browser with a database, and tabs that edit drawings in it. */

import { createAutosave } from "../autosave.js";
import { createStore } from "../store.js";
import { fakeChannels, fakeClock, fakeIndexedDB, fakeLocks, fakePython, fakeStorage, settled } from "./fakes.js";

export const SPRINKLER = { id: "sample:sprinkler", name: "Sprinkler", text: null, explicit: false };
export const FILE = { id: "file:0123", name: "a.json", text: "[]", explicit: true };

/** A browser: one database and one set of locks for all of its tabs. */
export function createBrowser({ hasLocks = true } = {}) {
  const clock = fakeClock();
  const disk = { rows: new Map(), isFull: false, writes: 0 };
  const locks = fakeLocks();
  const channel = fakeChannels();
  let ids = 0;

  /** A page load in a tab; a reload uses the same session storage again. */
  function load({ storage = fakeStorage(), indexedDB = fakeIndexedDB(disk) } = {}) {
    const python = fakePython(`s${(ids += 1)}`);
    let log = null;
    const speak = (said) => (log = said);
    const store = createStore({ speak, schedule: queueMicrotask, later: setImmediate, ...clock });
    const page = new EventTarget();
    const tabLocks = locks.tab();
    const autosave = createAutosave(store, {
      indexedDB,
      locks: hasLocks ? tabLocks : undefined,
      broadcast: channel,
      sessionStorage: storage,
      page,
      now: () => 1_000 + clock.now(),
      newId: () => `d${(ids += 1)}`,
      setTimer: clock.setTimer,
    });
    store.receive(python.payload());
    const answer = async () => {
      await settled();
      store.receive(python.answer(log));
      await settled();
    };
    const save = () => store.state().ui.save;
    return { store, autosave, python, storage, page, answer, close: tabLocks.close, save };
  }
  return { clock, disk, load, rows: () => [...disk.rows.values()] };
}

export async function resumed(browser, tab, origin = SPRINKLER) {
  const resuming = tab.autosave.resume(origin);
  await browser.clock.advance(500);
  const record = await resuming;
  if (record) tab.store.restore(record);
  return record;
}

export const variable = (id) => ({ type: "add_variable", id, name: "", states: ["no", "yes"], x: 0, y: 0 });
export const idsIn = ({ record }) => record.commands.map(({ id }) => id);
