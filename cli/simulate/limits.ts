/** Limits of `--fail-if`, such as `p95>200ms`: a load test fails if its results exceed them. Pure. */
import { InvalidArgumentError } from "commander";
import { durationOf } from "../command.ts";
import { PERCENTILES } from "../report/durations.ts";
import type { LoadFigures } from "./recorder.ts";

/** A comparison of a result with a limit. */
export interface Limit {
  /** The limit as the user wrote it. */
  readonly text: string;
  readonly operator: ">" | "<";
  readonly limit: number;
  readonly value: (figures: LoadFigures) => number;
  /** The value with its unit. */
  readonly show: (value: number) => string;
}

type Measure = Pick<Limit, "limit" | "value" | "show">;

const latencies = PERCENTILES.map((percent) => `p${percent}` as const);
type Latency = (typeof latencies)[number];

const FORM = /^(\w+)\s*([<>])\s*([^\s<>]+)$/;
const EXAMPLES = "p95>200ms, errors>0, errors>1% or rate<50/s";

/** @throws InvalidArgumentError that says which part is wrong. */
export function parseLimit(text: string): Limit {
  const [, name, operator, number = ""] = FORM.exec(text.trim()) ?? [];
  if (name === undefined) throw new InvalidArgumentError(`It must be a limit such as ${EXAMPLES}.`);
  return { text, operator: operator as Limit["operator"], ...measureOf(name, number) };
}

function measureOf(name: string, number: string): Measure {
  const latency = latencies.find((each) => each === name);
  if (latency) return latencyOf(latency, number);
  if (name === "errors") return errorsOf(number);
  if (name === "rate") return rateOf(number);
  throw new InvalidArgumentError(`"${name}" is none of ${[...latencies, "errors", "rate"].join(", ")}.`);
}

function latencyOf(latency: Latency, number: string): Measure {
  const limit = durationOf(number);
  if (limit === undefined) throw new InvalidArgumentError(`${latency} is compared with a time such as 200ms or 1.5s.`);
  return { limit, value: ({ latencyMs }) => latencyMs[latency], show: (ms) => `${ms.toFixed(1)} ms` };
}

/** Failed requests: their number, or their share of all requests that were sent. */
function errorsOf(number: string): Measure {
  const [, count, sign] = /^(\d+(?:\.\d+)?)(%?)$/.exec(number) ?? [];
  const limit = Number(count);
  if (count === undefined || (sign ? limit > 100 : !Number.isInteger(limit)))
    throw new InvalidArgumentError("errors are compared with a whole number such as 0, or with a share such as 1%.");
  if (!sign) return { limit, value: ({ requests }) => requests.failed, show: (value) => `${value}` };
  return {
    limit,
    value: ({ requests: { sent, failed } }) => (sent === 0 ? 0 : (100 * failed) / sent),
    show: (value) => `${value.toFixed(2)} %`,
  };
}

/** Images per second that got a result. */
function rateOf(number: string): Measure {
  const [, limit] = /^(\d+(?:\.\d+)?)\/s$/.exec(number) ?? [];
  if (limit === undefined) throw new InvalidArgumentError("rate is compared with images per second such as 50/s.");
  return {
    limit: Number(limit),
    value: ({ imagesPerSecond }) => imagesPerSecond,
    show: (value) => `${value.toFixed(1)} images/s`,
  };
}

/**
 * A sentence for each limit that the results exceed. Without results, all limits count as exceeded, because nothing
 * shows otherwise. A latency without any answers counts as exceeded too.
 */
export function exceeded(limits: readonly Limit[], figures: LoadFigures | undefined): string[] {
  return limits.flatMap(({ text, operator, limit, value, show }) => {
    if (!figures || figures.requests.answered === 0) return [`${text}: there was no answer`];
    const measured = value(figures);
    const isExceeded = operator === ">" ? measured > limit : measured < limit;
    return isExceeded ? [`${text}: it is ${show(measured)}`] : [];
  });
}
