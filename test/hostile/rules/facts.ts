/** A history in the form in which rules ask about it. */

import type { Call, EventsRead, FaultDone, History, SentImage, UnexpectedEnd } from "../history.ts";
import { OBSERVER } from "../observer.ts";

/** A job that a client was told of, or that is listed in the end. */
export interface KnownJob {
  readonly id: string;
  readonly key: string;
  readonly creation: Call;
  /** Calls about it, the creation excluded, in the order of their beginnings. */
  readonly calls: readonly Call[];
}

export class Facts {
  readonly images: readonly SentImage[];
  readonly calls: readonly Call[];
  readonly reads: readonly EventsRead[];
  readonly faults: readonly FaultDone[];
  readonly ends: readonly UnexpectedEnd[];
  /** When no job was queued or running any more. */
  readonly quietMs: number;
  /** Creations of jobs by their keys. */
  readonly creations: ReadonlyMap<string, readonly Call[]>;
  /** By their ids. */
  readonly jobs: ReadonlyMap<string, KnownJob>;

  constructor(history: History) {
    const of = <K extends string>(kind: K) =>
      history.filter((entry): entry is Extract<History[number], { kind: K }> => entry.kind === kind);
    const [beginning] = of("beginning");
    const [quiet] = of("quiet");
    if (!beginning || !quiet) throw new Error("The history has no beginning or no end.");
    this.images = beginning.images;
    this.quietMs = quiet.ms;
    this.calls = of("call").toSorted((a, b) => a.startMs - b.startMs);
    this.reads = of("events");
    this.faults = of("fault");
    this.ends = of("end");
    const creating = this.calls.filter(({ operation }) => operation === "POST /v1/jobs");
    this.creations = Map.groupBy(creating, ({ key = "" }) => key);
    const byJob = Map.groupBy(this.calls, ({ job = "" }) => job);
    const jobs = new Map<string, KnownJob>();
    const know = (id: string, key: string) => {
      const [creation] = this.creations.get(key) ?? [];
      if (creation) jobs.set(id, { id, key, creation, calls: byJob.get(id) ?? [] });
    };
    for (const [key, calls] of this.creations)
      for (const call of calls) if (isDone(call)) know(call.answer?.body.id, key);
    for (const { id, labels } of this.listed) know(id, labels?.key ?? "");
    this.jobs = jobs;
  }

  /** What was read when all was over. */
  get observed(): readonly Call[] {
    return this.calls.filter(({ client, startMs }) => client === OBSERVER && startMs >= this.quietMs);
  }

  /** The jobs that were listed when all was over. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of all kinds, also wrong ones
  get listed(): readonly any[] {
    return this.observed
      .filter(({ operation, answer }) => operation === "GET /v1/jobs" && answer?.status === 200)
      .flatMap(({ answer }) => answer?.body.items ?? []);
  }
}

/** Whether the call was acknowledged. */
export function isDone({ answer }: Call): boolean {
  return answer !== undefined && answer.status < 300;
}

/** Whether it may have had its effect, or may still have it: it was acknowledged, not answered, or a part failed. */
export function mayBeDone({ answer }: Call): boolean {
  return answer === undefined || answer.status < 300 || answer.status >= 500;
}
