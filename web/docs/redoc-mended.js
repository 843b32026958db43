/** What a keyboard and a screen reader need, and Redoc 2.5.4 leaves out. */

/** @param place The element that Redoc draws into, now and when something is opened. */
export function mend(place) {
  const mendAll = () => {
    // Titles of an operation's parts, directly below its own of the second level.
    for (const title of place.querySelectorAll("h5:not([aria-level])")) title.setAttribute("aria-level", "3");
    // Samples are scrolled.
    for (const sample of place.querySelectorAll("pre:not([tabindex])")) sample.tabIndex = 0;
  };
  new MutationObserver(mendAll).observe(place, { childList: true, subtree: true });
}
