/** The verbs that bring drawings in and out: open, save, pictures, links. */

import { download } from "../download.js";
import { linkFor } from "../link.js";
import { pngOf } from "../png.js";
import { visible } from "../text.js";
import { writeClipboard } from "./clipboard.js";

/** Larger files are refused before they are read: a model of this size could not be drawn. */
export const MAX_FILE_BYTES = 5 * 1024 * 1024;

export const FILE_TYPES = ".json,.bif,.uai,.html";

/** @returns {object} verbs */
export function openingVerbs({ store, canvas, page, dispatch, select, toast, dialog, afterAnswer, library }) {
  const openWith = (command) => {
    select([]);
    dispatch(command);
    afterAnswer(() => {
      store.setUi({ opening: null });
      canvas().fit();
    });
  };
  const openFile = async (file) => {
    if (file.size > MAX_FILE_BYTES) return dialog(tooLarge(file));
    const data = base64(new Uint8Array(await file.arrayBuffer()));
    store.setUi({ opening: file.name });
    return openWith({ type: "open", source: "file", name: file.name, base64: data });
  };
  return {
    openFile,
    openSample: (sample) => openWith({ type: "open", source: "sample", sample }),
    newDrawing() {
      openWith({ type: "new" });
      toast("A new drawing. Undo brings the last one back.");
    },
    chooseFile() {
      const input = page.createElement("input");
      input.type = "file";
      input.accept = FILE_TYPES;
      input.addEventListener("change", () => input.files[0] && openFile(input.files[0]));
      input.click();
    },
    recent: () => library.recent(),
    openRecent: (entry) => library.openRecent(entry),
  };
}

function tooLarge(file) {
  const size = `${(file.size / 1024 / 1024).toFixed(1)} MB`;
  const problem = {
    where: "", what: `The file has ${size}; a drawing may have 5 MB.`,
    remedy: "Use a large model from Python: mbml_core.load reads it.",
  };
  return { kind: "problems", title: `“${visible(file.name)}” cannot be opened`, problems: [problem] };
}

/** @returns {object} verbs */
export function savingVerbs({ store, canvas, page, request: ask, toast, dialog }) {
  const request = async (format) => {
    try {
      return await ask({ type: "save", format });
    } catch ({ message, problems = [] }) {
      if (problems.length) dialog({ kind: "problems", title: "This cannot be saved", problems });
      else toast(message, "bad");
      return null;
    }
  };
  const name = (suffix) => `${fileStem(store.state().drawing.name)}.${suffix}`;
  const give = (blob, fileName) => {
    download(page, blob, fileName);
    toast(`Saved as ${visible(fileName)}`, "good");
  };
  return {
    async save(format) {
      const reply = await request(format);
      if (!reply) return;
      give(new Blob([reply.text], { type: reply.mime }), reply.name);
      const title = `What ${visible(reply.name)} does not hold`;
      if (reply.lost?.length) dialog({ kind: "lost", title, lines: reply.lost });
    },
    exportSvg() {
      give(new Blob([canvas().exportSvg()], { type: "image/svg+xml" }), name("svg"));
    },
    async exportPng() {
      const isDark = store.state().ui.theme === "dark";
      try {
        give(await pngOf(canvas().exportSvg(), isDark ? "#10141c" : "#ffffff", page), name("png"));
      } catch (error) {
        toast(error.message, "bad");
      }
    },
    async copyLink() {
      const reply = await request("json");
      if (!reply) return;
      const { url } = await linkFor(page.defaultView.location.href, reply.text);
      if (!url) toast("This drawing is too large for a link: save it as a file.", "bad");
      else if (await writeClipboard(page, url)) toast("The link holds the whole drawing. It is copied.", "good");
      else dialog({ kind: "link", title: "A link that holds the whole drawing", text: url });
    },
  };
}

/** @returns {string} a file name for a drawing, without what file systems forbid */
export function fileStem(name) {
  const stem = name.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_+|_+$/g, "").slice(0, 80);
  return stem || "drawing";
}

/** String.fromCharCode takes its characters as arguments, of which a browser allows some ten thousand. */
const CHUNK = 8192;

function base64(bytes) {
  const starts = Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, index) => index * CHUNK);
  return btoa(starts.map((start) => String.fromCharCode(...bytes.subarray(start, start + CHUNK))).join(""));
}
