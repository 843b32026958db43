/** The simulation's outcome in a few lines. */
import { PERCENTILES } from "../report/durations.ts";
import type { SimulationReport } from "./report.ts";
import { describeSizing } from "./sizing.ts";

export function summarize({ figures, ramp, sizing, threads }: SimulationReport): string {
  if (ramp?.trials.length === 0) return "No rate was measured.";
  if (!figures) return "No rate was good enough: even the lowest was too much.";
  const { requests, images, imagesPerSecond, latencyMs, errors, problems } = figures;
  const latency = PERCENTILES.map((percent) => `p${percent} ${latencyMs[`p${percent}`].toFixed(1)}`);
  const counts = (codes: Record<string, number>) =>
    Object.entries(codes)
      .map(([code, count]) => `${code} ${count}`)
      .join(", ") || "none";
  const rate = ramp?.kneeRequestsPerSecond;
  return [
    ...(rate == null ? [] : [`knee      ${rate.toFixed(1)} requests/s`]),
    `images/s  ${imagesPerSecond.toFixed(1)}`,
    `latency   ${latency.join(", ")} ms`,
    `requests  ${requests.sent} sent, ${requests.answered} answered, ${requests.failed} failed`,
    `images    ${images.done} done, ${images.withProblem} with a problem`,
    `errors    ${counts(errors)}`,
    `problems  ${counts(problems)}`,
    ...(sizing ? [describeSizing(sizing, threads)] : []),
  ].join("\n");
}
