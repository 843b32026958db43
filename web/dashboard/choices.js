/**
 * A choice that applies to all pages and stays in the browser. If the browser lets pages keep nothing, it lasts until
 * the page is left.
 */

export function keptChoice(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function keepChoice(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // The choice still applies to this page.
  }
}
