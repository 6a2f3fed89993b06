import assert from "node:assert/strict";
import { test } from "node:test";

import { changeText, clipped, probabilityText, visible } from "../text.js";

test("plain and accented text is shown as it is", () => {
  assert.equal(visible("Wet grass"), "Wet grass");
  assert.equal(visible("Zürich 北京 👍 é"), "Zürich 北京 👍 é");
  assert.equal(visible(""), "");
});

test("characters that hide or reorder are shown as escapes", () => {
  assert.equal(visible("a\u202eb"), "a\\u202eb");
  assert.equal(visible("a\u200bb\u00adc"), "a\\u200bb\\u00adc");
  assert.equal(visible("tab\tnul\0"), "tab\\u0009nul\\u0000");
  assert.equal(visible("line\u2028break"), "line\\u2028break");
  assert.equal(visible("half \ud83d"), "half \\ud83d");
  assert.equal(visible("blank \u3164\u2800\u115f"), "blank \\u3164\\u2800\\u115f");
  assert.equal(visible("tag \u{e0041}"), "tag \\U000e0041");
  assert.equal(visible("none \uffff\u{1fffe}"), "none \\uffff\\U0001fffe");
});

test("probabilities never become certain or impossible by rounding", () => {
  assert.equal(probabilityText(0), "0");
  assert.equal(probabilityText(1), "1");
  assert.equal(probabilityText(1e-9), "<0.0001");
  assert.equal(probabilityText(0.99999), ">0.9999");
  assert.equal(probabilityText(0.6471), "0.6471");
  assert.equal(probabilityText(0.5), "0.5000");
});

test("ties are rounded to the even digit, as Python does", () => {
  const texts = [1, 3, 5, 7, 9, 31].map((k) => probabilityText(k / 32));
  assert.deepEqual(texts, ["0.0312", "0.0938", "0.1562", "0.2188", "0.2812", "0.9688"]);
});

test("changes are signed, small ones with a third digit", () => {
  assert.equal(changeText(0.214), "+0.21");
  assert.equal(changeText(-0.05), "−0.05");
  assert.equal(changeText(0.0012), "+0.001");
  assert.equal(changeText(-0.0049), "−0.005");
  assert.equal(changeText(0), "");
  assert.equal(changeText(0.0001), "");
});

const tenPerUnit = (text) => 10 * text.length;

test("a text that fits is not cut", () => {
  assert.equal(clipped("Rain", 40, "14px serif", tenPerUnit), "Rain");
});

test("a text that does not fit is cut to the longest that does", () => {
  assert.equal(clipped("Sprinkler", 50, "14px serif", tenPerUnit), "Spri…");
  assert.equal(clipped("Sprinkler", 5, "14px serif", tenPerUnit), "…");
  assert.equal(clipped("Wet grass", 50, "14px serif", tenPerUnit), "Wet…");
});

test("graphemes are not cut in two, and hidden characters are counted as shown", () => {
  const tenPerLetter = (text) => 10 * text.replaceAll("\u0301", "").length;
  assert.equal(clipped("e\u0301e\u0301e\u0301", 20, "", tenPerLetter), "e\u0301…");
  assert.equal(clipped("a\u202ebbbbbbb", 80, "", tenPerUnit), "a\\u202e…");
});
