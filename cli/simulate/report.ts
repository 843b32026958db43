/** The report on a simulation as an HTML page. */
import { barChart, lineChart, shortNumber } from "../report/chart.ts";
import { PERCENTILES } from "../report/durations.ts";
import { figures, htmlTable, page, section } from "../report/page.ts";
import type { Trial } from "./ramp.ts";
import type { LoadFigures } from "./recorder.ts";
import { describeSizing, type Sizing } from "./sizing.ts";

/** Contents of `simulate.json`. */
export interface SimulationReport {
  readonly version: string;
  readonly startedAt: string;
  readonly url: string;
  /** Threads of the node that answered. */
  readonly threads: number;
  readonly settings: Readonly<Record<string, unknown>> & { readonly limitP95Ms: number };
  /** Figures of the whole load or, with a ramp, of the knee. Absent if no rate was good. */
  readonly figures?: LoadFigures;
  readonly throughput?: readonly (readonly [second: number, imagesPerSecond: number])[];
  readonly slowest?: readonly (readonly [second: number, latencyMs: number])[];
  readonly ramp?: { readonly trials: readonly Trial[]; readonly kneeRequestsPerSecond: number | null };
  readonly sizing?: Sizing;
  /** The limits of `--fail-if`, and a sentence for each that was exceeded. */
  readonly limits?: { readonly failIf: readonly string[]; readonly exceeded: readonly string[] };
}

export function simulationPage(report: SimulationReport): string {
  const { ramp, sizing, throughput, slowest, limits } = report;
  const measured = report.figures;
  const parts = [
    measured ? overview(measured, ramp !== undefined) : "",
    limits ? limitsSection(limits) : "",
    sizing ? section("Sizing for the wanted rate", `<div>${describeSizing(sizing, report.threads)}</div>`) : "",
    ramp ? rampSection(ramp.trials, report.settings.limitP95Ms) : "",
    measured ? latencySection(measured) : "",
    throughput && throughput.length > 1 ? overTime(throughput, slowest ?? []) : "",
    measured ? endings(measured) : "",
    section("Settings", htmlTable(["setting", "value"], settingsRows(report.settings))),
  ];
  const lead = `${report.url}, ${report.threads} threads, ${report.startedAt}`;
  return page({ title: "Simulated load", lead, parts: parts.filter(Boolean) });
}

function overview({ imagesPerSecond, requestsPerSecond, latencyMs, requests }: LoadFigures, isKnee: boolean): string {
  return figures([
    [shortNumber(imagesPerSecond), isKnee ? "images/s at the knee" : "images/s"],
    [shortNumber(requestsPerSecond), "requests/s"],
    [`${shortNumber(latencyMs.p50)} ms`, "p50 latency"],
    [`${shortNumber(latencyMs.p95)} ms`, "p95 latency"],
    [`${shortNumber(latencyMs.p99)} ms`, "p99 latency"],
    [String(requests.failed), `of ${requests.sent} requests failed`],
  ]);
}

function limitsSection({ failIf, exceeded }: NonNullable<SimulationReport["limits"]>): string {
  const rows = failIf.map((text) => [text, exceeded.find((each) => each.startsWith(`${text}:`)) ?? "not so"]);
  return section("Limits", htmlTable(["fails if", "result"], rows));
}

function latencySection({ latencyMs }: LoadFigures): string {
  const bars = PERCENTILES.map((percent): [string, number] => [`p${percent}`, latencyMs[`p${percent}`]]);
  const chart = { x: "share of the answers", y: "ms", label: "Latency by percentile" };
  const note =
    `From the moment a request was due to the last byte of its answer. Mean ${shortNumber(latencyMs.mean)} ms, ` +
    `slowest ${shortNumber(latencyMs.max)} ms, ${latencyMs.count} answers.`;
  return section("Latency", barChart(chart, [...bars, ["slowest", latencyMs.max]]), note);
}

function overTime(throughput: readonly (readonly [number, number])[], slowest: readonly (readonly [number, number])[]) {
  const rate = lineChart({ x: "seconds", y: "images/s", label: "Images per second over time" }, [
    { name: "images/s", points: throughput },
  ]);
  const worst = lineChart({ x: "seconds", y: "slowest answer, ms", label: "Slowest answer of each second" }, [
    { name: "slowest", points: slowest },
  ]);
  return section("Over time", rate + worst);
}

function rampSection(trials: readonly Trial[], limitMs: number): string {
  const sorted = trials.toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond);
  // A rate far beyond the limit would flatten the rest of the chart.
  const points = sorted
    .filter(({ figures }) => figures.requests.answered > 0)
    .map(({ requestsPerSecond, figures }): [number, number] => [
      requestsPerSecond,
      Math.min(figures.latencyMs.p95, 2 * limitMs),
    ]);
  const chart = { x: "requests/s offered", y: "p95, ms", label: "95th percentile of the latency by rate" };
  const drawn = lineChart(chart, [{ name: "p95", points }], { y: limitMs, name: `limit ${limitMs} ms` });
  const rows = trials.map(({ requestsPerSecond, isGood, reason = "", figures }) => [
    requestsPerSecond.toFixed(1),
    figures.imagesPerSecond.toFixed(1),
    figures.latencyMs.p50.toFixed(1),
    figures.latencyMs.p95.toFixed(1),
    isGood ? "good" : reason,
  ]);
  const table = htmlTable(["requests/s offered", "images/s done", "p50 ms", "p95 ms", "judged"], rows);
  return section("Ramp", drawn + table, `Values above ${2 * limitMs} ms are drawn at ${2 * limitMs} ms.`);
}

function endings({ errors, problems, images, badInputs }: LoadFigures): string {
  const rows = [
    ["images with a result", images.done],
    ...Object.entries(problems).map(([code, count]) => [`image refused: ${code}`, count]),
    ...Object.entries(errors).map(([code, count]) => [`request failed: ${code}`, count]),
  ];
  const note = badInputs > 0 ? `${badInputs} of the inputs were bad on purpose.` : "";
  return section("Outcomes", htmlTable(["outcome", "count"], rows), note);
}

function settingsRows(settings: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(settings).map(([name, value]) => [
    name,
    typeof value === "object" ? JSON.stringify(value) : String(value),
  ]);
}
