/** The colours and fonts of Redoc. They cannot be CSS variables, because Redoc computes other colours from them. */

const LETTERS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif';
const CODE_LETTERS = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

const light = {
  text: "#17212b",
  muted: "#55616e",
  surface: "#ffffff",
  sunken: "#eef1f4",
  sidebar: "#f4f6f8",
  line: "#d9dfe5",
  accent: "#1d5bd0",
  good: "#14743c",
  warn: "#8f5a00",
  bad: "#bb2323",
  panel: "#1b242d",
  code: "#10171d",
};
const dark = {
  text: "#e4eaf0",
  muted: "#9dabb9",
  surface: "#161d24",
  sunken: "#1f2831",
  sidebar: "#0e1318",
  line: "#2b3641",
  accent: "#83b0ff",
  good: "#63d090",
  warn: "#efb74d",
  bad: "#ff8b85",
  panel: "#0e1318",
  code: "#080b0e",
};

/** @returns the option `theme` of Redoc. */
export function redocTheme(isDark) {
  const colours = isDark ? dark : light;
  const { text, muted, sunken, sidebar, line, accent, good, warn, bad, panel, code } = colours;
  return {
    colors: {
      primary: { main: accent },
      success: { main: good },
      warning: { main: warn },
      error: { main: bad },
      gray: { 50: sidebar, 100: sunken },
      text: { primary: text, secondary: muted },
      border: { dark: line, light: sunken },
      responses: {
        success: { color: good, tabTextColor: "#63d090" },
        error: { color: bad, tabTextColor: "#ff8b85" },
        redirect: { color: warn, tabTextColor: "#efb74d" },
        info: { color: accent, tabTextColor: "#83b0ff" },
      },
    },
    schema: { linesColor: line, nestedBackground: sidebar, typeNameColor: muted, requireLabelColor: bad },
    typography: {
      fontSize: "0.9375rem",
      fontFamily: LETTERS,
      headings: { fontFamily: LETTERS, fontWeight: "600" },
      code: { fontSize: "0.8125rem", fontFamily: CODE_LETTERS, color: text, backgroundColor: sunken },
      links: { color: accent, hover: accent },
    },
    sidebar: { backgroundColor: sidebar, textColor: text, activeTextColor: accent },
    rightPanel: {
      backgroundColor: panel,
      textColor: "#e4eaf0",
      servers: { overlay: { backgroundColor: sidebar, textColor: text }, url: { backgroundColor: sunken } },
    },
    codeBlock: { backgroundColor: code },
    extensionsHook: (part) => (part === "ConstraintItem" ? `color: ${text}; background-color: ${sunken};` : ""),
    fab: { backgroundColor: sunken, color: accent },
  };
}
