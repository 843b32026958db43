/** What a run shows, for people and for programs. Pure. */

import { rules, type Violation } from "./checker.ts";
import type { Call, History, Json } from "./history.ts";
import { Facts, isDone } from "./rules/facts.ts";

export interface Report {
  readonly seed: number;
  readonly minutes: number;
  /** Counts of faults by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly jobs: number;
  readonly images: number;
  readonly events: number;
  /** Attempts at images that were lost and made again. */
  readonly lostAttempts: number;
  readonly calls: number;
  /** Counts of calls by status and code, or the reason why there was no answer. */
  readonly answers: Readonly<Record<string, number>>;
  /** Time to an answer, by operation. */
  readonly latencies: Readonly<Record<string, { count: number; medianMs: number; p99Ms: number; longestMs: number }>>;
  readonly violations: readonly Violation[];
}

export function reportOf(history: History, violations: readonly Violation[]): Report {
  const facts = new Facts(history);
  const { calls, observed } = facts;
  const results: Json[] = observed
    .filter(({ operation, answer }) => operation === "GET /v1/jobs/{id}/results" && answer?.status === 200)
    .flatMap(({ answer }) => answer?.body.items);
  const answered = calls.filter(({ answer }) => answer !== undefined);
  const quiet = history.find((entry) => entry.kind === "quiet");
  const beginning = history.find((entry) => entry.kind === "beginning");
  return {
    seed: beginning?.seed ?? 0,
    minutes: Math.round((quiet?.ms ?? 0) / 6_000) / 10,
    faults: countsOf(
      facts.faults.map(({ fault }) => ("isOneWay" in fault && fault.isOneWay ? `${fault.kind}, one way` : fault.kind)),
    ),
    jobs: new Set(calls.filter((call) => call.operation === "POST /v1/jobs" && isDone(call)).map(({ key }) => key))
      .size,
    images: results.length,
    events: Math.max(0, ...facts.reads.map(({ events }) => events.length)),
    lostAttempts: results.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
    calls: calls.length,
    answers: countsOf(calls.map(outcomeOf)),
    latencies: Object.fromEntries(
      [...Map.groupBy(answered, ({ operation }) => operation)].map(([operation, of]) => [operation, latencyOf(of)]),
    ),
    violations,
  };
}

function outcomeOf({ answer, unknown }: Call): string {
  if (!answer) return unknown ?? "";
  return answer.status < 400 ? String(answer.status) : `${answer.status} ${answer.body?.code}`;
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length] as const);
  return Object.fromEntries(counts.sort(([, a], [, b]) => b - a));
}

function latencyOf(calls: readonly Call[]) {
  const times = calls.map(({ startMs, endMs }) => endMs - startMs).sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  return { count: times.length, medianMs: at(0.5), p99Ms: at(0.99), longestMs: at(1) };
}

export function markdownOf(report: Report): string {
  const { violations, faults, answers, latencies } = report;
  const rows = (table: Readonly<Record<string, number>>) =>
    Object.entries(table).map(([name, count]) => `| ${name} | ${count} |`);
  return [
    `# Hostile cluster, seed ${report.seed}, ${report.minutes} minutes`,
    "",
    `${report.jobs} jobs, ${report.images} images, ${report.events} events, ${report.lostAttempts} attempts lost and ` +
      `made again, ${report.calls} calls, ${violations.length} violations.`,
    "",
    ...["| fault | times |", "| --- | --- |", ...rows(faults), ""],
    ...["| answer | times |", "| --- | --- |", ...rows(answers), ""],
    "| operation | answers | median | 99 % | longest |",
    "| --- | --- | --- | --- | --- |",
    ...Object.entries(latencies).map(
      ([operation, { count, medianMs, p99Ms, longestMs }]) =>
        `| ${operation} | ${count} | ${medianMs} ms | ${p99Ms} ms | ${longestMs} ms |`,
    ),
    "",
    ...["| rule | violations |", "| --- | --- |"],
    ...Object.keys(rules).map((rule) => `| ${rule} | ${violations.filter((one) => one.rule === rule).length} |`),
    "",
    ...violations.map(({ rule, what }) => `- ${rule}: ${what}`),
    "",
  ].join("\n");
}
