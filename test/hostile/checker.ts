/** Whether a history is one that the service may have: pure, from what clients asked and were told. */
import type { History } from "./history.ts";
import { type Documented, documentation, exactness, silence, survival } from "./rules/answers.ts";
import { readers, toldInLog, wholeLog } from "./rules/events.ts";
import { Facts } from "./rules/facts.ts";
import { existence, monotonicReads, onceByKey, outcomes } from "./rules/jobs.ts";

export type Rule = (facts: Facts, documented: Documented) => Iterable<string>;

/** By name. */
export const rules = {
  "what was acknowledged exists, what was deleted does not": existence,
  "one key makes one job": onceByKey,
  "each job and each image has the right outcome": outcomes,
  "nobody is told the contrary of what was told before": monotonicReads,
  "the log has each event once, in order": wholeLog,
  "readers get the log without a gap or a repetition": readers,
  "the log tells what the jobs tell": toldInLog,
  "each answer is documented": documentation,
  "answers at once are exact": exactness,
  "whoever waits gets an answer": silence,
  "no process ends by itself": survival,
} as const satisfies Readonly<Record<string, Rule>>;
export type RuleName = keyof typeof rules;

export interface Violation {
  readonly rule: RuleName;
  readonly what: string;
}

export function violationsOf(history: History, documented: Documented): Violation[] {
  const facts = new Facts(history);
  return Object.entries(rules).flatMap(([rule, check]: [string, Rule]) =>
    Array.from(check(facts, documented), (what) => ({ rule: rule as RuleName, what })),
  );
}
