/**
 * Per-minute rate limits, counted by each gateway separately. Every limited response carries the fields of
 * draft-ietf-httpapi-ratelimit-headers up to -06 (`RateLimit-Limit`, `-Remaining`, `-Reset` in seconds). Few clients
 * support the fields of later drafts.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { failure } from "../../errors.ts";

const WINDOW_SECONDS = 60;

export class RateLimit {
  readonly #perMinute: number;
  readonly #limiter: RateLimiterMemory | undefined;

  /** @param perMinute 0 disables the limit. */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
    this.#limiter = perMinute > 0 ? new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS }) : undefined;
  }

  /** Counts a request of a client and sets the rate limit headers. @throws RATE_LIMITED */
  async count(client: string, response: ServerResponse): Promise<void> {
    if (!this.#limiter) return;
    const state = await this.#limiter.consume(client).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused;
      throw refused;
    });
    const resetSeconds = Math.ceil(state.msBeforeNext / 1000);
    response.setHeader("RateLimit-Limit", this.#perMinute);
    response.setHeader("RateLimit-Remaining", Math.max(state.remainingPoints, 0));
    response.setHeader("RateLimit-Reset", resetSeconds);
    if (state.consumedPoints <= this.#perMinute) return;
    const detail = `At most ${this.#perMinute} such requests are answered in a minute.`;
    throw failure("RATE_LIMITED", detail, { retryAfterSeconds: Math.max(resetSeconds, 1) });
  }
}

/** @param proxyHops Number of trusted proxies that append to `X-Forwarded-For`. */
export function clientAddress({ headers, socket }: IncomingMessage, proxyHops: number): string {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const address = proxyHops > 0 ? forwarded.at(-proxyHops)?.trim() : undefined;
  return address || (socket.remoteAddress ?? "");
}
