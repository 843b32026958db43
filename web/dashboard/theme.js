// Loaded before anything is painted, so that a chosen theme does not flash in.
const storedTheme = localStorage.getItem("sightline-theme");
if (storedTheme) document.documentElement.dataset.theme = storedTheme;
