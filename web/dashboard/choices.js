/** What was chosen for all pages and stays in the browser; where it lets pages keep nothing, until the page is left. */

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
    // The page goes on with it.
  }
}
