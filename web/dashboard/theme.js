// Runs before the first paint, so that the page does not flash in the wrong theme.
const storedTheme = localStorage.getItem("sightline-theme");
if (storedTheme) document.documentElement.dataset.theme = storedTheme;
