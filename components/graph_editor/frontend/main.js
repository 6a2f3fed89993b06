/**
 * What Streamlit loads. The modules of the page import each other six levels deep; asked for level by level they take
 * most of a second, asked for at once a fraction of it.
 */

import { MODULES } from "./modules.js";

for (const module of MODULES) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = new URL(module, import.meta.url).href;
  document.head.append(link);
}

const { editor } = await import("./page.js");

export default editor;
