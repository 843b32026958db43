// Runs before the first paint, so that the page does not flash in the wrong theme.
try {
  const storedTheme = localStorage.getItem("sightline-theme");
  if (storedTheme) document.documentElement.dataset.theme = storedTheme;
} catch {
  // The browser lets pages keep nothing.
}
