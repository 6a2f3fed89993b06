/** Handing a file to the browser's downloads. */

/** Some browsers read the address only after the click has returned. */
const KEEP_MS = 10_000;

/**
 * @param {Document} page
 * @param {Blob} blob
 * @param {string} name of the file
 */
export function download(page, blob, name) {
  const address = URL.createObjectURL(blob);
  const link = page.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEEP_MS);
}
