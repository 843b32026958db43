/** Makes load: in an open loop, where requests come when they come, or in a closed one, where clients wait. */
import { setTimeout as sleep } from "node:timers/promises";
import type { PictureMix } from "./picture-mix.ts";
import type { Random } from "./random.ts";
import { Recorder } from "./recorder.ts";
import type { Outcome } from "./sender.ts";

/** Beyond this the simulator itself would suffer; what has to wait for a place is late, and measured as late. */
const MAX_IN_FLIGHT = 2_000;
const TELL_MS = 100;

export type Arrivals =
  /** Requests per second, on average, at random times (Poisson). */
  | { readonly requestsPerSecond: number }
  /** Clients that each send the next request when the last is answered. */
  | { readonly concurrency: number };

export interface LoadSettings {
  readonly arrivals: Arrivals;
  readonly durationMs: number;
  /** Time before the measurement, in which the same load is made. */
  readonly warmUpMs: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (recorder: Recorder, inFlight: number, elapsedMs: number) => void;
  /** Asked again and again; ends a load that cannot come to a good end. */
  readonly isHopeless?: (recorder: Recorder, inFlight: number) => boolean;
}

export interface LoadResult {
  readonly recorder: Recorder;
  readonly wasCutShort: boolean;
}

interface Target {
  readonly mix: PictureMix;
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
        while (!isStopped() && performance.now() < endsAt) await fire(performance.now());
      };
      await Promise.all(Array.from({ length: arrivals.concurrency }, client));
    } else {
      let nextAt = startedAt + target.random.gapMs(arrivals.requestsPerSecond);
      while (nextAt < endsAt && !isStopped()) {
        const waitMs = nextAt - performance.now();
        // A timer of Node fires after whole milliseconds; all that is due by then is sent at once.
        if (waitMs > 0) await sleep(waitMs);
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
