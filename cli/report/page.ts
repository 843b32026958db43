/** A report as one self-contained HTML file, light or dark by the reader's preference. */

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --text: #1b1f24; --faint: #5c6670; --line: #dfe3e8;
  --series-1: #2563c9; --series-2: #b3540b; --bad: #b42318; --good: #1a7f37;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111417; --card: #1a1e23; --text: #e7eaee; --faint: #9aa5b1; --line: #30363d;
    --series-1: #6ea8fe; --series-2: #f0a35e; --bad: #ff8a80; --good: #63d38b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { font-size: 24px; margin: 0; }
h2 { font-size: 16px; margin: 0 0 12px; }
.lead { color: var(--faint); margin: 4px 0 20px; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; margin-top: 16px; }
section > p { margin: 8px 0 0; color: var(--faint); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; }
.figure { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
.figure b { display: block; font-size: 24px; font-weight: 600; font-variant-numeric: tabular-nums; }
.figure span { color: var(--faint); font-size: 13px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--faint); font-weight: 500; }
tr:last-child td { border-bottom: 0; }
td.number, th.number { text-align: right; }
svg.chart { display: block; width: 100%; min-width: 440px; height: auto; }
svg.chart text { fill: var(--faint); font: 12px system-ui, sans-serif; }
svg.chart .grid { stroke: var(--line); stroke-width: 1; }
svg.chart .limit { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 5 4; }
.faces { display: grid; grid-template-columns: repeat(auto-fill, minmax(84px, 1fr)); gap: 8px; }
.faces figure { margin: 0; min-width: 0; }
.faces svg { display: block; width: 100%; aspect-ratio: 1; border-radius: 6px; background: var(--line); }
.faces figcaption { font-size: 11px; color: var(--faint); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
`;

export interface Page {
  readonly title: string;
  /** A line below the title. */
  readonly lead: string;
  /** HTML, already escaped. */
  readonly parts: readonly string[];
}

export function page({ title, lead, parts }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="lead">${escapeHtml(lead)}</p>
${parts.join("\n")}
</main>
</body>
</html>
`;
}

/** @param content HTML, already escaped. */
export function section(heading: string, content: string, note = ""): string {
  const below = note && `<p>${escapeHtml(note)}</p>`;
  return `<section><h2>${escapeHtml(heading)}</h2>\n${content}${below}</section>`;
}

/** Large numbers with captions. */
export function figures(items: readonly (readonly [value: string, name: string])[]): string {
  const boxes = items.map(
    ([value, name]) => `<div class="figure"><b>${escapeHtml(value)}</b><span>${escapeHtml(name)}</span></div>`,
  );
  return `<div class="figures">${boxes.join("")}</div>`;
}

export function htmlTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const isNumber = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => Number.isFinite(Number(row[column]))),
  );
  const cells = (tag: string, row: readonly (string | number)[]) =>
    row
      .map((cell, column) => `<${tag}${isNumber[column] ? ' class="number"' : ""}>${escapeHtml(String(cell))}</${tag}>`)
      .join("");
  const body = rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("\n");
  return `<div class="scroll"><table><tr>${cells("th", header)}</tr>\n${body}</table></div>`;
}
