/** Where each page of the history was scrolled to: its content comes later than the browser could scroll by itself. */
import { randomText } from "./random-text.js";

history.scrollRestoration = "manual";
/** By the page's place in the history. */
const scrolled = new Map();
let place;

/** Call when another page is opened, before it is drawn. @returns where it was scrolled to when it was left; 0 for a new one. */
export function placeBefore() {
  if (place !== undefined) scrolled.set(place, scrollY);
  place = history.state?.place ?? randomText();
  history.replaceState({ place }, "");
  return scrolled.get(place) ?? 0;
}
