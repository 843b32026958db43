/** A button that copies a text, such as an id. */
import { html } from "./vendor/lit-html/lit-html.js";

const SHOWN_MS = 1_500;

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without HTTPS there is no clipboard, except on this machine.
  const area = document.createElement("textarea");
  area.className = "unseen";
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

async function pressed({ currentTarget: button }, text, what) {
  const said = document.getElementById("announcements");
  try {
    await copy(text);
    button.classList.add("copied");
    said.textContent = `Copied ${what}.`;
    setTimeout(() => button.classList.remove("copied"), SHOWN_MS);
  } catch {
    said.textContent = "The browser does not let this page copy.";
  }
  button.focus();
}

/** @param what What the text is, for screen readers: `the job's id`. */
export const copyButton = (text, what) => html`<button
  type="button"
  class="copy"
  aria-label="Copy ${what}"
  title="Copy ${what}"
  @click=${(event) => {
    event.stopPropagation();
    pressed(event, text, what);
  }}
></button>`;
