/** Generates load: open loop (requests arrive independently of answers) or closed loop (each client waits). */
import { pause } from "../../client/pause.ts";
import type { ImageMix } from "./image-mix.ts";
import type { Random } from "./random.ts";
import { Recorder } from "./recorder.ts";
import type { Outcome } from "./sender.ts";

/**
 * Maximum requests in flight. More would slow the simulator itself down. Requests that wait for a slot are late, and
 * measured as late.
 */
const MAX_IN_FLIGHT = 2_000;
const TELL_MS = 100;

export type Arrivals =
  /** Poisson arrivals: requests per second on average. */
  | { readonly requestsPerSecond: number }
  /** Number of clients, each of which sends its next request when the previous one is answered. */
  | { readonly concurrency: number };

export interface LoadSettings {
  readonly arrivals: Arrivals;
  readonly durationMs: number;
  /** Time under the same load before the measurement. */
  readonly warmUpMs: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (recorder: Recorder, inFlight: number, elapsedMs: number) => void;
  /** Polled during the load. Returning true ends a load whose outcome is already bad. */
  readonly isHopeless?: (recorder: Recorder, inFlight: number) => boolean;
}

export interface LoadResult {
  readonly recorder: Recorder;
  readonly wasCutShort: boolean;
}

interface Target {
  readonly mix: ImageMix;
  readonly random: Random;
  readonly send: (body: Buffer) => Promise<Outcome>;
}

export async function makeLoad(target: Target, settings: LoadSettings): Promise<LoadResult> {
  const startedAt = performance.now();
  const measuredFrom = startedAt + settings.warmUpMs;
  const endsAt = measuredFrom + settings.durationMs;
  const recorder = new Recorder(measuredFrom);
  const inFlight = new Set<Promise<void>>();
  let wasCutShort = false;

  const isStopped = () => wasCutShort || settings.signal.aborted;
  const fire = (intendedAt: number): Promise<void> => {
    const { body, badInputs } = target.mix.next();
    const isMeasured = intendedAt >= measuredFrom;
    if (isMeasured) recorder.sent(badInputs);
    const request = target.send(body).then((outcome) => {
      inFlight.delete(request);
      if (isMeasured) recorder.record(outcome, intendedAt, performance.now());
    });
    inFlight.add(request);
    return request;
  };

  const teller = setInterval(() => {
    settings.onProgress?.(recorder, inFlight.size, performance.now() - startedAt);
    wasCutShort ||= settings.isHopeless?.(recorder, inFlight.size) ?? false;
  }, TELL_MS);
  try {
    const { arrivals } = settings;
    if ("concurrency" in arrivals) {
      const client = async () => {
        while (!isStopped() && performance.now() < measuredFrom) await fire(performance.now());
        // Each client measures at least one request, however long its answer takes.
        if (!isStopped()) await fire(performance.now());
        while (!isStopped() && performance.now() < endsAt) await fire(performance.now());
      };
      await Promise.all(Array.from({ length: arrivals.concurrency }, client));
    } else {
      let nextAt = startedAt + target.random.gapMs(arrivals.requestsPerSecond);
      while (nextAt < endsAt && !isStopped()) {
        const waitMs = nextAt - performance.now();
        // Node's timers have a resolution of a millisecond, so everything that is due by then is sent at once.
        if (waitMs > 0) await pause(waitMs, settings.signal).catch(() => {});
        else if (inFlight.size >= MAX_IN_FLIGHT) await Promise.race(inFlight);
        else {
          void fire(nextAt);
          nextAt += target.random.gapMs(arrivals.requestsPerSecond);
        }
      }
    }
    await Promise.all(inFlight);
  } finally {
    clearInterval(teller);
  }
  return { recorder, wasCutShort };
}
