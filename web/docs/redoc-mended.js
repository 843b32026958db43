/** What a keyboard and a screen reader need, and Redoc 2.5.4 leaves out. */

/** @param place The element that Redoc draws into, now and when something is opened. */
export function mend(place) {
  const mendAll = () => {
    // Titles of an operation's parts, directly below its own of the second level.
    for (const title of place.querySelectorAll("h5:not([aria-level])")) title.setAttribute("aria-level", "3");
    // Their labels leave out words that are seen, by which a voice could not choose them.
    for (const entry of place.querySelectorAll("[role=menuitem][aria-label]")) entry.removeAttribute("aria-label");
    // Samples are scrolled.
    for (const sample of place.querySelectorAll("pre:not([tabindex])")) sample.tabIndex = 0;
  };
  new MutationObserver(mendAll).observe(place, { childList: true, subtree: true });
}
