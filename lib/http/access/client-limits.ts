/** Limits on what clients may do in a minute, over all gateways. */
import type { Logger, ServiceBroker } from "moleculer";
import { MemoryRateCounters } from "../../backends/memory/rate-counters.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { SharedCounters } from "../../limits/shared-counters.ts";
import { limitsCountedAlone } from "../../telemetry/metrics.ts";
import { RateLimit } from "./rate-limit.ts";

/** A request waits for the shared counters once, at most this long. */
const ANSWER_WITHIN_MS = 1_000;

export class ClientLimits {
  /** Requests per owner. */
  readonly requests: RateLimit;
  /** Requests without a key per address. */
  readonly anonymousRequests: RateLimit;
  /** Wrong keys per address. */
  readonly failedKeys: RateLimit;
  /** Sessions opened per address. */
  readonly sessions: RateLimit;
  /** Requests per key. */
  readonly keyRequests: RateLimit;
  /** Images per key. */
  readonly keyImages: RateLimit;

  constructor(broker: ServiceBroker, logger: Logger) {
    const own = new MemoryRateCounters();
    const counters = new SharedCounters({
      take: (request) => call(broker, actions.keys.takePoints, request, { timeout: ANSWER_WITHIN_MS, retries: 0 }),
      takeAlone: (request) => {
        limitsCountedAlone.inc();
        return own.take(request);
      },
      onChange: (isAway) =>
        isAway
          ? logger.warn("The shared counters of rate limits do not answer; this gateway counts by itself")
          : logger.info("The shared counters of rate limits answer again"),
    });
    this.requests = new RateLimit(
      counters,
      "requests",
      (most) => `The limit of requests of an owner in a minute is ${most}.`,
    );
    this.anonymousRequests = new RateLimit(
      counters,
      "anonymous_requests",
      (most) => `The limit of requests without a key from an address in a minute is ${most}.`,
    );
    this.failedKeys = new RateLimit(
      counters,
      "failed_keys",
      (most) =>
        `The limit of wrong keys from an address in a minute is ${most}. Keys that were right before go on working.`,
    );
    this.sessions = new RateLimit(
      counters,
      "sessions",
      (most) => `The limit of sessions opened for an address in a minute is ${most}.`,
    );
    this.keyRequests = new RateLimit(
      counters,
      "key_requests",
      (most) => `The key's limit of requests in a minute is ${most}.`,
    );
    this.keyImages = new RateLimit(
      counters,
      "key_images",
      (most) => `The key's limit of images in a minute is ${most}.`,
    );
  }
}
