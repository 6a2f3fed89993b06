import assert from "node:assert/strict";
import { test } from "node:test";

import { FILE, SPRINKLER, createBrowser, idsIn, resumed, variable } from "./browser.js";

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
  await browser.clock.advance(1_000);
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
  assert.equal(tab.save(), "saved");
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

test("an answer about one drawing is none about another", async () => {
  const browser = createBrowser({ hasLocks: false });
  const first = browser.load();
  await resumed(browser, first, FILE);
  first.store.dispatch(variable("x1"));
  await browser.clock.advance(1_000);
  const second = browser.load();
  await resumed(browser, second, { ...FILE, id: "file:other" });
  second.store.dispatch(variable("x2"));
  await browser.clock.advance(1_000);
  const [third, fourth] = [browser.load({ storage: first.storage }), browser.load()];
  browser.disk.rows.set("free", { id: "free", name: "", updated: 1e6, record: { base: null, commands: [] } });
  const [taken, free] = [third.autosave.resume(FILE), fourth.autosave.resume(SPRINKLER)];
  await browser.clock.advance(500);
  await Promise.all([taken, free]);
  assert.match(third.store.state().ui.toast.text, /another tab/);
  assert.equal(fourth.store.state().ui.toast, null);
});
