/** Adds what users of a keyboard and a screen reader need, and Redoc 2.5.4 lacks. */

/** @param place The element into which Redoc draws, now and when something is opened. */
export function mend(place) {
  const mendAll = () => {
    // Levels of the titles of an operation's parts: directly below the operation's own title, which has the second
    // level.
    for (const title of place.querySelectorAll("h5:not([aria-level])")) title.setAttribute("aria-level", "3");
    // The labels omit visible words, so that voice control could not select the entries by them.
    for (const entry of place.querySelectorAll("[role=menuitem][aria-label]")) entry.removeAttribute("aria-label");
    // Samples can be scrolled, so they must be focusable.
    for (const sample of place.querySelectorAll("pre:not([tabindex])")) sample.tabIndex = 0;
  };
  new MutationObserver(mendAll).observe(place, { childList: true, subtree: true });
}
