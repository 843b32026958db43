/** Where the focus goes as the page changes, for those who use the keyboard or a screen reader. */

/** To the new content, unless somebody has begun to use it. */
export function focusContent() {
  const main = document.querySelector("main");
  if (main !== document.activeElement && main.contains(document.activeElement)) return;
  (main.querySelector("h1") ?? main).focus({ preventScroll: true });
}

/** Call when what was used may have gone by being used: the browser gives the focus to nothing then. */
export function keepFocus() {
  if (document.activeElement === document.body) focusContent();
}
