/**
 * Limits per minute, counted over all gateways. Answers carry the fields of draft-ietf-httpapi-ratelimit-headers up to
 * -06 (`RateLimit-Limit`, `-Remaining`, `-Reset` in seconds), for the limit with the least left. Few clients support
 * the fields of later drafts.
 */
import type { ServerResponse } from "node:http";
import { failure } from "../../errors.ts";
import type { SharedCounters, Spent } from "../../limits/shared-counters.ts";
import { limitRefusals } from "../../telemetry/metrics.ts";

const WINDOW_MS = 60_000;

/** Name of a limit, which is also the label of the metric. */
export type LimitName = "requests" | "anonymous_requests" | "failed_keys" | "sessions" | "key_requests" | "key_images";

export interface Counted {
  readonly client: string;
  /** 0 means no limit. */
  readonly perMinute: number;
  /** Number of points; 1 by default. */
  readonly points?: number;
  /** The response that gets the header fields. */
  readonly response?: ServerResponse;
}

export class RateLimit {
  readonly #counters: SharedCounters;
  readonly #name: LimitName;
  readonly #inWords: (perMinute: number) => string;

  /** @param inWords Describes the limit in a sentence for the client. */
  constructor(counters: SharedCounters, name: LimitName, inWords: (perMinute: number) => string) {
    this.#counters = counters;
    this.#name = name;
    this.#inWords = inWords;
  }

  /**
   * Counts all of the points, or counts none and refuses.
   * @returns a function that takes them back, if their minute has not ended.
   * @throws RATE_LIMITED
   */
  async count({ client, perMinute, points = 1, response }: Counted): Promise<() => void> {
    if (perMinute === 0) return () => {};
    const name = `${this.#name}:${client}`;
    const spent = await this.#counters.spend({ name, points, limit: perMinute, windowMs: WINDOW_MS });
    if (response) showIfLeast(response, perMinute, spent);
    if (spent.isGranted) return () => this.#counters.giveBack(name, points, spent.endsAt);
    limitRefusals.inc({ limit: this.#name });
    const retryAfterSeconds = Math.max(1, secondsUntil(spent.endsAt));
    throw failure("RATE_LIMITED", this.#inWords(perMinute), { retryAfterSeconds });
  }
}

function showIfLeast(response: ServerResponse, perMinute: number, { left, endsAt }: Spent): void {
  const shown = response.getHeader("RateLimit-Remaining");
  if (typeof shown === "number" && shown <= left) return;
  response.setHeader("RateLimit-Limit", perMinute);
  response.setHeader("RateLimit-Remaining", left);
  response.setHeader("RateLimit-Reset", secondsUntil(endsAt));
}

function secondsUntil(time: number): number {
  return Math.ceil(Math.max(0, time - performance.now()) / 1000);
}
