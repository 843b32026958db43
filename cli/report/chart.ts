/** Charts as inline SVG, in the colours of the page. */
import { escapeHtml } from "./page.ts";

type Point = readonly [x: number, y: number];

export interface Chart {
  /** Names of the axes, with units. */
  readonly x: string;
  readonly y: string;
  /** Description for screen readers. */
  readonly label: string;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

const WIDTH = 800;
const HEIGHT = 260;
const LEFT = 56;
const RIGHT = 16;
const TOP = 26;
const BOTTOM = 42;
const [PLOT_WIDTH, PLOT_HEIGHT] = [WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];

/** Lines over a number axis. @param limit A horizontal line that should not be crossed. */
export function lineChart(chart: Chart, series: readonly Series[], limit?: { y: number; name: string }): string {
  const points = series.flatMap(({ points }) => points);
  const x = scale(0, Math.max(...points.map(([x]) => x), 0), LEFT, LEFT + PLOT_WIDTH);
  const ys = points.map(([, y]) => y);
  const y = scale(Math.min(...ys, 0), Math.max(...ys, limit?.y ?? 0), TOP + PLOT_HEIGHT, TOP);
  const lines = series.map(({ points }, index) => {
    const path = points.map(([px, py]) => `${x.at(px)},${y.at(py)}`).join(" ");
    const colour = `var(--series-${index + 1})`;
    // With few points, mark each one.
    const dots = points.length > 40 ? "" : points.map((point) => dot(x.at(point[0]), y.at(point[1]), colour)).join("");
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}`;
  });
  const legend = series.length < 2 ? "" : series.map(({ name }, index) => legendItem(name, index)).join("");
  const limitLine = limit
    ? `<line class="limit" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.at(limit.y)}" y2="${y.at(limit.y)}"/>` +
      `<text x="${LEFT + 6}" y="${y.at(limit.y) - 6}">${escapeHtml(limit.name)}</text>`
    : "";
  return svg(chart, `${yAxis(y)}${xTicks(x)}${limitLine}${lines.join("")}${legend}`);
}

/** One bar per name, labelled with its value. */
export function barChart(chart: Chart, bars: readonly (readonly [name: string, value: number])[]): string {
  const y = scale(0, Math.max(...bars.map(([, value]) => value), 0), TOP + PLOT_HEIGHT, TOP);
  const slot = PLOT_WIDTH / Math.max(1, bars.length);
  const width = Math.min(slot * 0.7, 90);
  // Leaves out names evenly where they would overlap.
  const every = Math.ceil(bars.length / 16);
  const drawn = bars.map(([name, value], index) => {
    const middle = round(LEFT + slot * (index + 0.5));
    const top = y.at(value);
    const text =
      index % every === 0
        ? `<text x="${middle}" y="${HEIGHT - 24}" text-anchor="middle">${escapeHtml(name)}</text>`
        : "";
    const above =
      bars.length <= 16 && value > 0
        ? `<text x="${middle}" y="${top - 5}" text-anchor="middle">${shortNumber(value)}</text>`
        : "";
    const height = round(TOP + PLOT_HEIGHT - top);
    const title = `<title>${escapeHtml(name)}: ${shortNumber(value)}</title>`;
    return `<rect x="${round(middle - width / 2)}" y="${top}" width="${round(width)}" height="${height}" rx="2" fill="var(--series-1)">${title}</rect>${text}${above}`;
  });
  return svg(chart, `${yAxis(y)}${drawn.join("")}`);
}

/** Formats a number with at most three significant figures, without an exponent. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** Maps a range, widened to round ticks, to drawing units. */
function scale(min: number, max: number, from: number, to: number): Scale {
  const step = tickStep(max - min);
  const first = Math.floor(min / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(max / step - 1e-9));
  return {
    ticks: Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12))),
    at: (value) => round(from + ((value / step - first) / (last - first)) * (to - from)),
  };
}

/** Distance of ticks: 1, 2 or 5 times a power of ten, for about five ticks. */
function tickStep(range: number): number {
  if (!(range > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(range / 5));
  return ([1, 2, 5, 10].find((factor) => factor * power * 5 >= range) ?? 10) * power;
}

function yAxis({ ticks, at }: Scale): string {
  return ticks
    .map(
      (tick) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(tick)}" y2="${at(tick)}"/>` +
        `<text x="${LEFT - 8}" y="${at(tick) + 4}" text-anchor="end">${shortNumber(tick)}</text>`,
    )
    .join("");
}

function xTicks({ ticks, at }: Scale): string {
  const text = (tick: number) =>
    `<text x="${at(tick)}" y="${HEIGHT - 24}" text-anchor="middle">${shortNumber(tick)}</text>`;
  return ticks.map(text).join("");
}

function legendItem(name: string, index: number): string {
  const x = WIDTH - RIGHT - 150 * (index + 1);
  return (
    `<rect x="${x}" y="4" width="12" height="12" rx="2" fill="var(--series-${index + 1})"/>` +
    `<text x="${x + 18}" y="14">${escapeHtml(name)}</text>`
  );
}

function dot(x: number, y: number, colour: string): string {
  return `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`;
}

function svg({ x, y, label }: Chart, content: string): string {
  return (
    `<div class="scroll"><svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(label)}">` +
    `<text x="${LEFT - 40}" y="14">${escapeHtml(y)}</text>` +
    `<text x="${LEFT + PLOT_WIDTH / 2}" y="${HEIGHT - 4}" text-anchor="middle">${escapeHtml(x)}</text>${content}</svg></div>`
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
