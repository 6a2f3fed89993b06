/**
 * What the address of the page opens, behind its `#`: `m=` and a document, compressed, which never leaves the two
 * browsers; or `sample=` and the name of a sample. `&step=3` opens its lesson at the third step.
 */

/** Characters of an address: mail and chat programs wrap or cut longer ones, the common ones keep this many. */
const MAX_LINK = 8_000;

/** Bytes of a document in a link. An honest link of MAX_LINK characters unpacks to a fraction of it. */
const MAX_TEXT = 5 * 2 ** 20;

const METHOD = "deflate-raw";
const DOCUMENT = "m";
const SAMPLE = "sample";
const STEP = "step";

/**
 * @param {string} text
 * @returns {Promise<string>} letters that need no escape in an address
 */
export async function encodeLink(text) {
  const bytes = await collected(new Blob([text]).stream().pipeThrough(new CompressionStream(METHOD)), Infinity);
  return toBase64Url(bytes);
}

/**
 * @param {string} fragment what `encodeLink` gave
 * @returns {Promise<string>}
 * @throws {Error} with a sentence for people, where it is damaged or unpacks to more than anyone draws
 */
export async function decodeLink(fragment) {
  const packed = new Blob([fromBase64Url(fragment)]).stream();
  const bytes = await collected(packed.pipeThrough(new DecompressionStream(METHOD)), MAX_TEXT);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw damaged();
  }
}

/**
 * The address that opens a document.
 * @param {string} url of this page
 * @param {string} text
 * @param {number} [step] of its lesson, counted from 1; 0 for none
 * @returns {Promise<{url: string} | {tooLong: number}>} or how long the address would be, where too long to share
 */
export async function linkFor(url, text, step = 0) {
  const link = `${plain(url)}#${DOCUMENT}=${await encodeLink(text)}${stepPart(step)}`;
  return link.length > MAX_LINK ? { tooLong: link.length } : { url: link };
}

/**
 * The address that opens a sample of this server.
 * @param {string} url of this page
 * @param {string} sample
 * @param {number} [step] of its lesson, counted from 1; 0 for none
 * @returns {string}
 */
export function sampleLink(url, sample, step = 0) {
  return `${plain(url)}#${SAMPLE}=${encodeURIComponent(sample)}${stepPart(step)}`;
}

/**
 * What a page's address holds for `decodeLink`; null where it holds no drawing.
 * @param {{hash: string}} location
 * @returns {string|null}
 */
export function linkIn({ hash }) {
  return partsOf(hash).get(DOCUMENT) ?? null;
}

/**
 * @param {{hash: string}} location
 * @returns {{sample: string|null, step: number}} the sample that a page's address names, and the step, 0 for none
 */
export function placeIn({ hash }) {
  const parts = partsOf(hash);
  const step = /^[1-9]\d{0,3}$/.test(parts.get(STEP) ?? "") ? Number(parts.get(STEP)) : 0;
  return { sample: parts.get(SAMPLE) ?? null, step };
}

const plain = (url) => url.split("#", 1)[0];
const stepPart = (step) => (step > 0 ? `&${STEP}=${step}` : "");

function partsOf(hash) {
  return new Map(new URLSearchParams(hash.replace(/^#/, "")));
}

const damaged = () =>
  new Error("This link is damaged: part of it is missing or was changed. Copy the whole link again.");

/** All bytes of a stream. It is stopped as soon as there are more than `limit`: a small link can hold a flood. */
async function collected(stream, limit) {
  const reader = stream.getReader();
  const chunks = [];
  let size = 0;
  for (let part = await nextPart(reader); !part.done; part = await nextPart(reader)) {
    size += part.value.length;
    if (size > limit) {
      await reader.cancel();
      throw new Error(`This link unpacks to more than ${limit / 2 ** 20} MB and was not opened.`);
    }
    chunks.push(part.value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function nextPart(reader) {
  try {
    return await reader.read();
  } catch {
    throw damaged();
  }
}

/** String.fromCharCode takes its characters as arguments, of which a browser allows some ten thousand. */
const CHUNK = 8_192;

function toBase64Url(bytes) {
  let binary = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text) {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  } catch {
    throw damaged();
  }
}
