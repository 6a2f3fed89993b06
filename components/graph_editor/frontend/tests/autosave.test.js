import assert from "node:assert/strict";
import { test } from "node:test";

import { createAutosave } from "../autosave.js";
import { createStore } from "../store.js";
import { fakeChannels, fakeClock, fakeIndexedDB, fakeLocks, fakePython, fakeStorage, settled } from "./fakes.js";

const SPRINKLER = { id: "sample:sprinkler", name: "Sprinkler", text: null, explicit: false };
const FILE = { id: "file:0123", name: "a.json", text: "[]", explicit: true };

/** A browser: one database and one set of locks for all of its tabs. */
function createBrowser({ hasLocks = true } = {}) {
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

async function resumed(browser, tab, origin = SPRINKLER) {
  const resuming = tab.autosave.resume(origin);
  await browser.clock.advance(500);
  const record = await resuming;
  if (record) tab.store.restore(record);
  return record;
}

const variable = (id) => ({ type: "add_variable", id, name: "", states: ["no", "yes"], x: 0, y: 0 });
const idsIn = ({ record }) => record.commands.map(({ id }) => id);

test("nothing is kept before the first change", async () => {
  const browser = createBrowser();
  const tab = browser.load();
  assert.equal(await resumed(browser, tab), null);
  await browser.clock.advance(10_000);
  assert.equal(browser.rows().length, 0);
  assert.equal(tab.save(), "saved");
});

test("a change is kept within a second, and is saved when it is on the disk and Python knows it", async () => {
  const browser = createBrowser();
  const tab = browser.load();
  await resumed(browser, tab);
  tab.store.dispatch(variable("x1"));
  await settled();
  assert.equal(tab.save(), "saving");
  await tab.answer();
  assert.equal(tab.save(), "saving", "not on the disk");
  await browser.clock.advance(200);
  assert.equal(tab.save(), "saved");
  const [row] = browser.rows();
  assert.deepEqual(row.record, { base: { sample: "sprinkler" }, commands: [variable("x1")] });
  tab.store.dispatch(variable("x2"));
  await browser.clock.advance(200);
  assert.deepEqual(idsIn(browser.rows()[0]), ["x1", "x2"]);
  assert.equal(tab.save(), "saving", "not known to Python");
  await tab.answer();
  assert.equal(tab.save(), "saved");
});

test("a burst is written a few times only", async () => {
  const browser = createBrowser();
  const tab = browser.load();
  await resumed(browser, tab);
  for (let i = 1; i <= 100; i += 1) {
    tab.store.dispatch(variable(`x${i}`));
    await browser.clock.advance(10);
  }
  await browser.clock.advance(1_000);
  assert.equal(browser.rows()[0].record.commands.length, 100);
  assert.ok(browser.disk.writes <= 8, `${browser.disk.writes} writes in a second`);
});

test("a reloaded tab goes on with its drawing, another one with the latest", async () => {
  const browser = createBrowser();
  const first = browser.load();
  await resumed(browser, first);
  first.store.dispatch(variable("old"));
  await browser.clock.advance(1_000);
  first.close();
  const second = browser.load();
  await resumed(browser, second);
  second.store.dispatch({ type: "new" });
  await second.answer();
  second.store.dispatch(variable("young"));
  await second.answer();
  await browser.clock.advance(1_000);
  second.close();
  const reloaded = browser.load({ storage: first.storage });
  assert.deepEqual(idsIn({ record: await resumed(browser, reloaded) }), ["old"]);
  reloaded.close();
  const other = browser.load();
  assert.deepEqual((await resumed(browser, other)).commands.at(-1), variable("young"));
});

test("what was restored is not written again, what follows is, under the same id", async () => {
  const browser = createBrowser();
  const first = browser.load();
  await resumed(browser, first);
  first.store.dispatch(variable("x1"));
  await browser.clock.advance(1_000);
  first.close();
  const { writes } = browser.disk;
  const again = browser.load({ storage: first.storage });
  await resumed(browser, again);
  await again.answer();
  await browser.clock.advance(1_000);
  assert.equal(browser.disk.writes, writes);
  assert.equal(again.save(), "saved");
  again.store.dispatch(variable("x2"));
  await browser.clock.advance(1_000);
  assert.equal(browser.rows().length, 1);
  assert.deepEqual(idsIn(browser.rows()[0]), ["x1", "x2"]);
  assert.equal(browser.rows()[0].revision, 2);
});

test("a file named on the command line opens its own drawing, not the latest", async () => {
  const browser = createBrowser();
  const editing = browser.load();
  await resumed(browser, editing, FILE);
  editing.store.dispatch(variable("inFile"));
  await browser.clock.advance(1_000);
  editing.close();
  const other = browser.load();
  await resumed(browser, other, { ...FILE, id: "file:other" });
  assert.ok(other.store.isPristine());
  other.store.dispatch(variable("inOther"));
  await browser.clock.advance(1_000);
  other.close();
  const again = browser.load({ storage: other.storage });
  assert.deepEqual(idsIn({ record: await resumed(browser, again, FILE) }), ["inFile"]);
});

for (const hasLocks of [true, false]) {
  test(`a second tab gets a copy (${hasLocks ? "locks" : "asking"})`, async () => {
    const browser = createBrowser({ hasLocks });
    const first = browser.load();
    await resumed(browser, first);
    first.store.dispatch(variable("x1"));
    await browser.clock.advance(1_000);
    const second = browser.load();
    assert.deepEqual(idsIn({ record: await resumed(browser, second) }), ["x1"]);
    assert.match(second.store.state().ui.toast.text, /open in another tab/);
    assert.equal(first.store.state().ui.toast, null);
    await browser.clock.advance(1_000);
    assert.equal(browser.rows().length, 1, "the copy is kept with its first change");
    second.store.dispatch(variable("second"));
    first.store.dispatch(variable("first"));
    await browser.clock.advance(1_000);
    assert.deepEqual(browser.rows().map(idsIn), [["x1", "first"], ["x1", "second"]]);
  });
}

test("a drawing is free again when its tab is closed, also while it is being reloaded", async () => {
  const browser = createBrowser();
  const first = browser.load();
  await resumed(browser, first);
  first.store.dispatch(variable("x1"));
  await browser.clock.advance(1_000);
  const reloaded = browser.load({ storage: first.storage });
  const resuming = reloaded.autosave.resume(SPRINKLER);
  await browser.clock.advance(100);
  first.close();
  await browser.clock.advance(500);
  await resuming;
  assert.equal(reloaded.store.state().ui.toast, null);
});

test("opening another document leaves the former drawing among the recent ones", async () => {
  const browser = createBrowser();
  const tab = browser.load();
  await resumed(browser, tab);
  tab.store.dispatch(variable("x1"));
  await tab.answer();
  await browser.clock.advance(1_000);
  tab.store.dispatch({ type: "open", source: "sample", sample: "asia" });
  await browser.clock.advance(1_000);
  assert.equal(browser.rows().length, 1, "Python may refuse it");
  await tab.answer();
  await browser.clock.advance(1_000);
  const [former, opened] = browser.rows();
  assert.deepEqual(idsIn(former), ["x1"]);
  assert.equal(opened.record.commands.at(-1).type, "open");
  const recent = await tab.autosave.recent();
  assert.deepEqual(recent.map(({ id }) => id), [opened.id, former.id]);
  assert.deepEqual(Object.keys(recent[0]), ["id", "name", "updated"]);
});

test("a file that is refused does not make another drawing", async () => {
  const browser = createBrowser();
  const tab = browser.load();
  await resumed(browser, tab);
  tab.python.refuses.add("open");
  tab.store.dispatch(variable("x1"));
  tab.store.dispatch({ type: "open", source: "file", name: "cat.png", base64: "AAAA" });
  await tab.answer();
  tab.store.dispatch(variable("x2"));
  await tab.answer();
  await browser.clock.advance(1_000);
  assert.deepEqual(browser.rows().map(idsIn), [["x1", "x2"]]);
});

test("a recent drawing is opened; what was edited is kept before", async () => {
  const browser = createBrowser();
  const tab = browser.load();
  await resumed(browser, tab);
  tab.store.dispatch(variable("x1"));
  await browser.clock.advance(1_000);
  const [{ id: first }] = browser.rows();
  tab.store.dispatch({ type: "new" });
  await tab.answer();
  await browser.clock.advance(1_000);
  tab.store.dispatch(variable("unsaved"));
  const opening = tab.autosave.openRecent(first);
  await browser.clock.advance(500);
  assert.equal(await opening, true);
  assert.deepEqual(idsIn({ record: tab.store.record() }), ["x1"]);
  await tab.answer();
  tab.store.dispatch(variable("x2"));
  await tab.answer();
  await browser.clock.advance(1_000);
  const rows = new Map(browser.rows().map((row) => [row.id, row]));
  assert.equal(rows.size, 2);
  assert.deepEqual(idsIn(rows.get(first)), ["x1", "x2"]);
  rows.delete(first);
  assert.deepEqual([...rows.values()][0].record.commands.at(-1), variable("unsaved"));
  assert.equal(await tab.autosave.openRecent("gone"), false);
  assert.equal(tab.save(), "saved");
});

test("fifty drawings are kept, the latest ones and the one that is edited", async () => {
  const browser = createBrowser();
  for (let i = 0; i < 60; i += 1) {
    browser.disk.rows.set(`old${i}`, { id: `old${i}`, name: "", updated: i, record: null });
  }
  const tab = browser.load();
  await resumed(browser, tab, FILE);
  tab.store.dispatch(variable("x1"));
  await browser.clock.advance(1_000);
  assert.equal(browser.rows().length, 50);
  assert.ok(!browser.disk.rows.has("old10"));
  assert.ok(browser.disk.rows.has("old11"));
});

test("a full disk is reported, and written to when there is room", async () => {
  const browser = createBrowser();
  const tab = browser.load();
  await resumed(browser, tab);
  browser.disk.isFull = true;
  tab.store.dispatch(variable("x1"));
  await tab.answer();
  await browser.clock.advance(1_000);
  assert.equal(tab.save(), "unsaved");
  browser.disk.isFull = false;
  await browser.clock.advance(5_000);
  assert.equal(tab.save(), "saved");
  assert.deepEqual(browser.rows().map(idsIn), [["x1"]]);
});

test("a browser that keeps nothing says so once there is something to keep", async () => {
  const browser = createBrowser();
  const open = () => {
    throw new Error("SecurityError");
  };
  const tab = browser.load({ indexedDB: { open } });
  assert.equal(await resumed(browser, tab), null);
  assert.equal(tab.save(), "saved");
  tab.store.dispatch(variable("x1"));
  await tab.answer();
  await browser.clock.advance(1_000);
  assert.equal(tab.save(), "unsaved");
  assert.deepEqual(await tab.autosave.recent(), []);
});

test("a page that is left writes at once", async () => {
  const browser = createBrowser();
  const tab = browser.load();
  await resumed(browser, tab);
  tab.store.dispatch(variable("x1"));
  tab.page.dispatchEvent(new Event("pagehide"));
  assert.deepEqual(browser.rows().map(idsIn), [["x1"]], "in the same turn");
});

test("a drawing that was cut is kept as its document and what came after", async () => {
  const browser = createBrowser();
  const tab = browser.load();
  await resumed(browser, tab);
  for (let i = 1; i <= 401; i += 1) tab.store.dispatch(variable(`x${i}`));
  await tab.answer();
  await tab.answer();
  tab.store.dispatch(variable("after"));
  await tab.answer();
  await browser.clock.advance(1_000);
  const [{ record }] = browser.rows();
  assert.equal(JSON.parse(record.base.text).length, 401);
  assert.deepEqual(record.commands, [variable("after")]);
  tab.close();
  const again = browser.load({ storage: tab.storage });
  await resumed(browser, again);
  await again.answer();
  assert.equal(again.store.state().drawing.variables.size, 402);
});
