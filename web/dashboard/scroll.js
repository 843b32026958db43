/** Restores the scroll position of pages in the history: their content comes too late for the browser to do it. */
import { randomText } from "./random-text.js";

history.scrollRestoration = "manual";
/** Scroll positions by the page's place in the history. */
const scrolled = new Map();
let place;

/**
 * Call when another page is opened, before it is drawn.
 * @returns a function that scrolls to the position at which that page was left. Call it when the content is there. It
 *   does nothing for a new page, or once another page was opened.
 */
export function leavePlace() {
  if (place !== undefined) scrolled.set(place, scrollY);
  const opened = history.state?.place ?? randomText();
  history.replaceState({ place: opened }, "");
  place = opened;
  const top = scrolled.get(opened) ?? 0;
  return () => {
    if (place === opened && top > 0) scrollTo(0, top);
  };
}
