/** Charts of the outcomes of images of jobs and of requests, over the last minutes up to the last month. */
import { TimeChart } from "./charts.js";
import * as format from "./format.js";
import { choice } from "./parts.js";
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { zoneName } from "./zone.js";

/**
 * Ranges by seconds. `range` is the API's name; a part of an hour may be shown. Rates are in images per `unitSeconds`.
 */
const RANGES = {
  300: { text: "5 min", range: "hour", unit: "second", unitSeconds: 1 },
  900: { text: "15 min", range: "hour", unit: "second", unitSeconds: 1 },
  3600: { text: "1 hour", range: "hour", unit: "second", unitSeconds: 1 },
  86400: { text: "24 hours", range: "day", unit: "minute", unitSeconds: 60 },
  2592000: { text: "30 days", range: "month", unit: "hour", unitSeconds: 3600 },
};
/** Share of a bucket's time that must have passed. Before, its rate is unreliable. */
const LEAST_BUCKET_SHARE = 0.3;

const rate = (value) => (value === null || value === undefined ? "–" : format.rate(value));

/** @param subject The subject of the charts, which their titles do not name. */
const chartsOf = (subject) => ({
  throughput: new TimeChart({
    subject,
    series: [
      { name: "done", colour: "good", isFilled: true },
      { name: "failed", colour: "bad", isFilled: true },
    ],
    formatValue: rate,
    least: 1,
  }),
  latency: new TimeChart({
    subject,
    series: [
      { name: "median", colour: "accent" },
      { name: "95 % within", colour: "warn" },
    ],
    formatValue: format.milliseconds,
    least: 5,
  }),
});

/** Columns for the charts: rates and percentiles of the last `rangeSeconds`. */
function columns({ from, time, bucketSeconds }, buckets, rangeSeconds, unitSeconds) {
  const start = Date.parse(from) / 1000;
  const times = buckets.done.map((_, index) => start + index * bucketSeconds);
  const lastSeconds = Date.parse(time) / 1000 - times.at(-1);
  const count = lastSeconds < LEAST_BUCKET_SHARE * bucketSeconds ? times.length - 1 : times.length;
  const first = Math.max(0, count - rangeSeconds / bucketSeconds);
  const cut = (values) => values.slice(first, count);
  const secondsOf = (index) => (index === times.length - 1 ? lastSeconds : bucketSeconds);
  const rates = (values) => cut(values.map((value, index) => (value / secondsOf(index)) * unitSeconds));
  return {
    throughput: [cut(times), rates(buckets.done), rates(buckets.failed)],
    latency: [cut(times), cut(buckets.p50Ms), cut(buckets.p95Ms)],
  };
}

export class ActivityCharts {
  #kinds = { jobs: chartsOf("images of jobs"), process: chartsOf("images of requests") };
  #rangeSeconds = 900;

  /** The range to request from the API. */
  get range() {
    return RANGES[this.#rangeSeconds].range;
  }

  /** @param activity The answer for `range`. */
  set(activity) {
    const { unit, unitSeconds, range } = RANGES[this.#rangeSeconds];
    // The answer is for an earlier choice.
    if (activity.range !== range) return;
    for (const [kind, { throughput, latency }] of Object.entries(this.#kinds)) {
      const data = columns(activity, activity[kind], this.#rangeSeconds, unitSeconds);
      throughput.set(data.throughput, `Images per ${unit}`);
      latency.set(data.latency, "Detector time per image");
    }
  }

  redraw() {
    for (const charts of Object.values(this.#kinds)) for (const chart of Object.values(charts)) chart.redraw();
  }

  /**
   * @param note Shown with the charts of jobs.
   * @param onRange Called when another range was chosen.
   */
  render(note, onRange) {
    const choose = (seconds) => {
      this.#rangeSeconds = seconds;
      onRange();
    };
    const ranges = Object.entries(RANGES).map(([seconds, { text }]) => [Number(seconds), text]);
    const panel = (kind, title, head, foot = nothing) => html`<section class="panel" aria-labelledby="${kind}-charts">
      <div class="panel-head"><h2 id="${kind}-charts">${title}</h2>${head}</div>
      <div class="charts">${this.#kinds[kind].throughput.render()}${this.#kinds[kind].latency.render()}</div>
      ${foot}
    </section>`;
    const head = html`<span class="muted zone">times in ${zoneName()}</span>${choice("Time shown", ranges, this.#rangeSeconds, choose)}`;
    return html`
      ${panel("jobs", "Images of jobs", head, note)}
      ${panel("process", html`Images of requests <code>POST /process</code>`, nothing)}
    `;
  }
}
