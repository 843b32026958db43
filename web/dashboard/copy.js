/** A button that copies a text, such as an id. */
import { html } from "./vendor/lit-html/lit-html.js";

const SHOWN_MS = 1_500;

/** Without HTTPS there is no clipboard, except on this machine, and access to it may be refused. */
async function copy(text) {
  const isCopied = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  return isCopied || copySelected(text);
}

function copySelected(text) {
  const area = document.createElement("textarea");
  area.className = "unseen";
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied;
}

async function pressed({ currentTarget: button }, text, what) {
  const isCopied = await copy(text);
  button.classList.toggle("copied", isCopied);
  button.classList.toggle("refused", !isCopied);
  button.textContent = isCopied ? "" : "Not copied";
  button.setAttribute("aria-label", isCopied ? `Copy ${what}` : `Not copied: copy ${what}`);
  document.getElementById("announcements").textContent = isCopied
    ? `Copied ${what}.`
    : "The browser does not let this page copy.";
  if (isCopied) setTimeout(() => button.classList.remove("copied"), SHOWN_MS);
  button.focus();
}

/** @param what Description of the text for screen readers, such as `the job's id`. */
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
