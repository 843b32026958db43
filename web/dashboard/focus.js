/** Moves the focus when the page changes, for users of a keyboard or a screen reader. */

/** Moves the focus to the new content, unless the user has begun to use it. */
export function focusContent() {
  const main = document.querySelector("main");
  if (main !== document.activeElement && main.contains(document.activeElement)) return;
  (main.querySelector("h1") ?? main).focus({ preventScroll: true });
}

/** Call it after an action that may remove the focused element, because the browser would then focus nothing. */
export function keepFocus() {
  if (document.activeElement === document.body) focusContent();
}
