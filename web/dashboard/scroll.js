/** Where each page of the history was scrolled to: its content comes later than the browser could scroll by itself. */
import { randomText } from "./random-text.js";

history.scrollRestoration = "manual";
/** By the page's place in the history. */
const scrolled = new Map();
let place;

/**
 * Call when another page is opened, before it is drawn.
 * @returns a function that scrolls to where that page was left, for when its content is there. It does nothing for a
 * new page, or once yet another one was opened.
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
