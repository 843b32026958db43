/** Dialogs. The browser's own <dialog> keeps the focus inside, closes on Escape and gives the focus back. */
import { html, nothing, render } from "./vendor/lit-html/lit-html.js";

/**
 * Opens a dialog.
 * @param content Called with `{ close, update }`; gives the template.
 * @returns what it was closed with, undefined where it was only left.
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
  if (onKey) dialog.addEventListener("keydown", (event) => onKey(event, update));
  // A click beside the dialog is one on the dialog itself: its content fills it.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
  });
}

/** Asks before something that cannot be undone. @returns whether to do it. */
export async function confirm({ title, text, action }) {
  const answer = await openDialog(
    "confirm",
    "dialog-title",
    ({ close }) => html`<div class="dialog-body">
      <h2 id="dialog-title">${title}</h2>
      <p>${text ?? nothing}</p>
      <div class="actions">
        <button type="button" autofocus @click=${() => close(false)}>Keep it</button>
        <button type="button" class="danger" @click=${() => close(true)}>${action}</button>
      </div>
    </div>`,
  );
  return answer === true;
}
