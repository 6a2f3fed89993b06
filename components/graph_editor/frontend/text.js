/**
 * How names and numbers are shown. The twin of mbml_core/wording.py: both sides write the same text.
 */

const PLAIN = /^[\x20-\x7e]*$/;

/** Controls, format characters, lone surrogates, line separators; then letters and marks that show nothing. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/u;

const ELLIPSIS = "…";
const MINUS = "\u2212";

/**
 * The text with every hidden character written as an escape such as `\u202e`.
 * @param {string} text
 * @returns {string}
 */
export function visible(text) {
  return PLAIN.test(text) ? text : Array.from(text, shown).join("");
}

function shown(char) {
  const code = char.codePointAt(0);
  const isNoncharacter = (code & 0xfffe) === 0xfffe;
  return isNoncharacter || HIDDEN.test(char) ? escaped(code) : char;
}

function escaped(code) {
  const [mark, digits] = code < 0x10000 ? ["u", 4] : ["U", 8];
  return `\\${mark}${code.toString(16).padStart(digits, "0")}`;
}

/**
 * Four digits, which never turn a small chance into none or a large one into certainty.
 * @param {number} probability
 * @returns {string}
 */
export function probabilityText(probability) {
  if (probability === 0 || probability === 1) return String(probability);
  const rounded = fourDigits(probability);
  if (rounded === "0.0000") return "<0.0001";
  return rounded === "1.0000" ? ">0.9999" : rounded;
}

/**
 * toFixed rounds a tie up, Python to the even digit. Four digits are tied exactly at odd multiples of 1/32:
 * with fewer binary digits the number is exact, with more its sixth decimal breaks the tie.
 */
function fourDigits(probability) {
  if (!Number.isInteger(probability * 32)) return probability.toFixed(4);
  const below = Math.floor(probability * 10_000);
  const isTied = below !== probability * 10_000;
  return ((isTied && below % 2 === 1 ? below + 1 : below) / 10_000).toFixed(4);
}

/**
 * How far a probability moved, signed: "+0.21", "−0.05"; a third digit where two would show nothing; "" for 0.
 * @param {number} delta
 * @returns {string}
 */
export function changeText(delta) {
  const size = Math.abs(delta);
  const digits = size.toFixed(size < 0.005 ? 3 : 2);
  if (Number(digits) === 0) return "";
  return (delta < 0 ? MINUS : "+") + digits;
}

/**
 * `visible(text)`, cut with an ellipsis so that it is at most `px` wide. Whole graphemes are kept: an emoji or an
 * accented letter is never cut in two.
 * @param {string} text
 * @param {number} px
 * @param {string} font a CSS font, such as "14px sans-serif"
 * @param {(text: string, font: string) => number} [measure]
 * @returns {string}
 */
export function clipped(text, px, font, measure = measuredWidth) {
  const whole = visible(text);
  if (measure(whole, font) <= px) return whole;
  const parts = graphemes(whole);
  const cut = (count) => parts.slice(0, count).join("").trimEnd() + ELLIPSIS;
  let fits = 0;
  let tooMany = parts.length;
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (measure(cut(middle), font) <= px) fits = middle;
    else tooMany = middle;
  }
  return cut(fits);
}

function graphemes(text) {
  if (!globalThis.Intl?.Segmenter) return Array.from(text);
  return Array.from(new Intl.Segmenter().segment(text), (part) => part.segment);
}

const measuredWidth = createMeasure();

/** Measuring needs a canvas; it is made with the first text, so that this module also loads without a page. */
function createMeasure() {
  let context = null;
  return (text, font) => {
    context ??= document.createElement("canvas").getContext("2d");
    context.font = font;
    return context.measureText(text).width;
  };
}
