/** Time charts with uPlot. A chart is created once and then only gets new data, so it does not flicker. */

import { html } from "./vendor/lit-html/lit-html.js";
import uPlot from "./vendor/uplot/uplot.js";
import { zone } from "./zone.js";

const HEIGHT = 190;
/** Width in rem of a label such as `30 Nov`, half of which is beyond the end of the axis. */
const LAST_LABEL = 3;
const LONG_SECONDS = 2 * 86_400;

/** Whether the times are labelled by days. */
const isLong = ([times]) => times.at(-1) - times[0] > LONG_SECONDS;

/** Converts rem to pixels, because a canvas does not know rem: letters are as large as the browser's settings say. */
const pixels = (rem) => rem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

export class TimeChart {
  #title = "";
  #subject;
  #series;
  #format;
  #host = document.createElement("div");
  #legend = document.createElement("p");
  #plot;
  #data;
  #least;

  /**
   * @param subject The subject of the chart for screen readers, because several charts may have the same title.
   * @param series `{ name, colour, isFilled }` for each line; the colour is a CSS variable's name.
   * @param formatValue Formats a value with its unit.
   * @param least Minimum range of the axis, so that noise near zero does not look large.
   */
  constructor({ subject, series, formatValue, least }) {
    this.#subject = subject;
    this.#series = series;
    this.#format = formatValue;
    this.#least = least;
    this.#host.className = "chart-host";
    this.#host.setAttribute("role", "img");
    this.#legend.className = "chart-legend";
    new ResizeObserver(([{ contentRect }]) => {
      if (this.#plot && contentRect.width > 0) this.#plot.setSize({ width: contentRect.width, height: HEIGHT });
      else this.#draw();
    }).observe(this.#host);
  }

  /**
   * @param data uPlot's columns: Unix times in seconds, then the values of each series.
   * @param title What is shown, with its unit.
   */
  set(data, title) {
    const wasLong = this.#data !== undefined && isLong(this.#data);
    this.#data = data;
    this.#title = title;
    if (this.#plot && wasLong !== isLong(data)) this.redraw();
    const last = data[0].length - 1;
    const summary = this.#series.map(({ name }, index) => {
      const highest = Math.max(0, ...data[index + 1].filter((value) => value !== null));
      return `${name} now ${this.#format(data[index + 1][last])}, highest ${this.#format(highest)}`;
    });
    this.#host.setAttribute("aria-label", `${this.#title}, ${this.#subject}: ${summary.join("; ")}`);
    if (this.#plot) this.#plot.setData(data);
    else this.#draw();
    this.#showValues(this.#plot?.cursor.idx);
  }

  /** Draws again, for instance after a change of theme. */
  redraw() {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#draw();
  }

  render() {
    return html`<figure class="chart"><figcaption><h3>${this.#title}</h3>${this.#legend}</figcaption>${this.#host}</figure>`;
  }

  /** Resolves a CSS variable to a colour that a canvas accepts. */
  #colour(name) {
    this.#host.style.color = `var(--${name})`;
    return getComputedStyle(this.#host).color;
  }

  #draw() {
    const width = this.#host.clientWidth;
    if (!this.#data || width === 0 || this.#plot) return;
    const axis = {
      stroke: this.#colour("muted"),
      grid: { stroke: this.#colour("grid"), width: 1 },
      ticks: { show: false },
      font: `${pixels(0.75)}px system-ui, sans-serif`,
    };
    this.#plot = new uPlot(
      {
        width,
        height: HEIGHT,
        padding: [8, pixels(LAST_LABEL) / 2, 0, 0],
        legend: { show: false },
        ...(zone() && { tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone()) }),
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
        scales: { y: { range: (_plot, _low, high) => [0, Math.max(this.#least, (high ?? 0) * 1.1)] } },
        axes: [
          { ...axis, values: isLong(this.#data) ? "{D} {MMM}" : "{HH}:{mm}", space: pixels(4.4), size: pixels(1.9) },
          { ...axis, size: pixels(3.25), values: (_plot, values) => values.map((value) => this.#format(value)) },
        ],
        series: [
          {},
          ...this.#series.map(({ name, colour: stroke, isFilled }) => ({
            label: name,
            stroke: this.#colour(stroke),
            width: 2,
            ...(isFilled && { fill: this.#colour(`${stroke}-fill`) }),
            points: { show: (_plot, index) => this.#isLonely(index) },
          })),
        ],
        hooks: { setCursor: [({ cursor }) => this.#showValues(cursor.idx)] },
      },
      this.#data,
      this.#host,
    );
  }

  /** Whether a point has no neighbours: a line through it would be invisible. */
  #isLonely(seriesIndex) {
    const values = this.#data[seriesIndex];
    return values.some(
      (value, index) => value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null,
    );
  }

  #showValues(index) {
    const last = this.#data[0].length - 1;
    const at = index ?? last;
    this.#legend.replaceChildren(
      ...this.#series.map(({ name, colour: stroke }, position) => {
        const entry = document.createElement("span");
        entry.className = `legend-entry ${stroke}`;
        entry.textContent = `${name} ${this.#format(this.#data[position + 1][at])}`;
        return entry;
      }),
    );
  }
}
