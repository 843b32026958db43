/** Modal dialogs. The native <dialog> traps the focus, closes on Escape and restores the focus. */
import { html, nothing, render } from "./vendor/lit-html/lit-html.js";

/** The update functions of open dialogs. */
const updates = new Set();

/** Draws all open dialogs again, because data may have been loaded since. */
export function updateDialogs() {
  for (const update of updates) update();
}

/**
 * Opens a dialog.
 * @param content Called with `{ close, update }`; returns the template.
 * @returns the value it was closed with, undefined if dismissed.
 */
export function openDialog(className, labelledBy, content, onKey) {
  const dialog = document.createElement("dialog");
  dialog.className = className;
  dialog.setAttribute("aria-labelledby", labelledBy);
  document.body.append(dialog);
  let result;
  const close = (value) => {
    result = value;
    dialog.close();
  };
  const update = () => dialog.isConnected && render(content({ close, update }), dialog);
  update();
  updates.add(update);
  if (onKey) dialog.addEventListener("keydown", (event) => onKey(event, update));
  // The content fills the dialog, so a click on the dialog itself is one on the backdrop.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      updates.delete(update);
      resolve(result);
    });
  });
}

/** Closes all dialogs, because the page is left. */
export function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}

/** Asks for confirmation of an irreversible action. @returns whether it was confirmed. */
export async function confirm({ title, text, action, keep = "Keep it" }) {
  const answer = await openDialog(
    "confirm",
    "dialog-title",
    ({ close }) => html`<div class="dialog-body">
      <h2 id="dialog-title">${title}</h2>
      <p>${text ?? nothing}</p>
      <div class="actions">
        <button type="button" autofocus @click=${() => close(false)}>${keep}</button>
        <button type="button" class="danger" @click=${() => close(true)}>${action}</button>
      </div>
    </div>`,
  );
  return answer === true;
}
