import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";

import { decodeLink, encodeLink, linkFor, linkIn } from "../link.js";

test("what is put into a link comes out of it", async () => {
  for (const text of ["", "{}", "Zürich 北京 👍 \u202e", "x".repeat(100_000)]) {
    assert.equal(await decodeLink(await encodeLink(text)), text);
  }
});

test("a link needs no escapes in an address", async () => {
  const noise = Array.from({ length: 5_000 }, (_, i) => String.fromCodePoint(32 + ((i * 7919) % 50_000))).join("");
  assert.match(await encodeLink(noise), /^[A-Za-z0-9_-]+$/);
});

test("the address of a drawing replaces what stood behind the # sign", async () => {
  const { url } = await linkFor("https://example.org/app?x=1#old#er", "{}");
  const [page, fragment] = url.split("#");
  assert.equal(page, "https://example.org/app?x=1");
  assert.equal(await decodeLink(linkIn({ hash: `#${fragment}` })), "{}");
});

test("addresses that mail programs would cut are not made", async () => {
  const noise = crypto.getRandomValues(new Uint32Array(4_000)).join(); // too long, however it is packed
  const { url, tooLong } = await linkFor("https://example.org/", noise);
  assert.equal(url, undefined);
  assert.ok(tooLong > 8_000);
});

test("only #m= holds a drawing", () => {
  assert.equal(linkIn({ hash: "" }), null);
  assert.equal(linkIn({ hash: "#section" }), null);
  assert.equal(linkIn({ hash: "#m=abc" }), "abc");
});

test("a damaged link is refused with a sentence", async () => {
  const whole = await encodeLink("A text that is long enough to be cut in the middle of it");
  const latin1 = deflateRawSync(Buffer.from([0xff, 0xfe])).toString("base64url");
  for (const fragment of ["%%%", whole.slice(0, 20), "AAAA" + whole, latin1, "_____"]) {
    await assert.rejects(decodeLink(fragment), /This link is damaged/, fragment);
  }
});

test("a small link that unpacks to a flood is refused", async () => {
  const bomb = deflateRawSync(Buffer.alloc(64 * 2 ** 20)).toString("base64url");
  assert.ok(bomb.length < 100_000);
  await assert.rejects(decodeLink(bomb), /more than 5 MB/);
  const honest = deflateRawSync(Buffer.alloc(5 * 2 ** 20, "a")).toString("base64url");
  assert.equal((await decodeLink(honest)).length, 5 * 2 ** 20);
});
