/**
 * The reference: the API document drawn by Redoc, light or dark, with a link from each operation to the page for trying
 * it.
 */
import { isDark, preference, toggleTheme } from "../dashboard/color-theme.js";
import { METHODS } from "./operations.js";
import { mend } from "./redoc-mended.js";
import { redocTheme } from "./redoc-theme.js";

const BAR_HEIGHT = 57;

function withLinks(document) {
  for (const item of Object.values(document.paths))
    for (const operation of METHODS.map((method) => item[method]).filter(Boolean))
      operation.description = `[Try it](docs/try#${operation.operationId})\n\n${operation.description ?? ""}`;
  return document;
}

async function draw() {
  const response = await fetch("openapi.json");
  if (!response.ok) throw new Error(`The service answered ${response.status}.`);
  const options = {
    theme: redocTheme(isDark()),
    scrollYOffset: BAR_HEIGHT,
    hideHostname: true,
    // Download of the document as it is, without the links.
    downloadUrls: [{ title: "Download", url: "openapi.json" }],
  };
  const place = document.getElementById("reference");
  place.classList.toggle("dark", isDark());
  mend(place);
  globalThis.Redoc.init(withLinks(await response.json()), options, place);
}

// Redoc reads its colours only at the start.
const redraw = () => location.reload();
preference.addEventListener("change", redraw);
document.getElementById("theme").addEventListener("click", () => {
  toggleTheme();
  redraw();
});
draw().catch((error) => {
  document.getElementById("loading").textContent = `The reference could not be drawn. ${error.message}`;
});
