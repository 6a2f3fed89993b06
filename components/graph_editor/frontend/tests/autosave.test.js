import assert from "node:assert/strict";
import { test } from "node:test";

import { FILE, createBrowser, idsIn, resumed, variable } from "./browser.js";
import { settled } from "./fakes.js";

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

test("the drawing that is edited is kept, also where the clock was set back", async () => {
  const browser = createBrowser();
  for (let i = 0; i < 60; i += 1) {
    browser.disk.rows.set(`old${i}`, { id: `old${i}`, name: "", updated: 1e6 + i, record: null });
  }
  const tab = browser.load();
  await resumed(browser, tab, FILE);
  tab.store.dispatch(variable("x1"));
  await browser.clock.advance(1_000);
  assert.ok(browser.rows().some(({ origin }) => origin === FILE.id));
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
