/**
 * Light or dark theme: the browser's preference, or the choice made on any page of the service. `theme.js` applies the
 * choice.
 */
import { keepChoice } from "./choices.js";

const root = document.documentElement;
export const preference = matchMedia("(prefers-color-scheme: dark)");

export const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : preference.matches);

export function toggleTheme() {
  root.dataset.theme = isDark() ? "light" : "dark";
  keepChoice("sightline-theme", root.dataset.theme);
}
