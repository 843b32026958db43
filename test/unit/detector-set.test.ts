import { describe, expect, it } from "vitest";
import { Admission, type AdmittedRequest } from "../../lib/admission/admission.ts";
import type { Detector } from "../../lib/admission/detector-set.ts";

const MAX_WAIT_MS = 1000;
const detector = (id: string, threads: number): Detector => ({ id, threads });

/**
 * A gateway whose images of the kinds `faces` and `labels` take 10 ms and 100 ms on the detectors that have the model.
 */
function mixed() {
  let time = 0;
  const admission = new Admission(MAX_WAIT_MS, () => time);
  const ask = (kind: "faces" | "labels", client: string, detectors: readonly Detector[], images = 1) =>
    admission.admit({ client, kind, images, detectors });
  const admit = (...asked: Parameters<typeof ask>): AdmittedRequest => {
    const outcome = ask(...asked);
    if ("retryAfterMs" in outcome) throw new Error(`refused for ${outcome.retryAfterMs} ms`);
    return outcome.request;
  };
  /** Clients of a thousand that are admitted. */
  const admittedOf = (kind: "faces" | "labels", detectors: readonly Detector[]) =>
    Array.from({ length: 1000 }, (_, client) => ask(kind, `${kind} ${client}`, detectors)).filter(
      (outcome) => "request" in outcome,
    ).length;
  /** Keeps as many images of the kind in work as there are requests, and ends one after the other. */
  const process = (requests: readonly AdmittedRequest[], images: number, eachMs: number, threadMs: number) => {
    for (let image = 0; image < images; image++) {
      time += eachMs;
      const request = requests[image % requests.length] as AdmittedRequest;
      request.end({ threadMs });
      request.begin();
    }
  };
  const open = (kind: "faces" | "labels", detectors: readonly Detector[], count: number) => {
    const requests = Array.from({ length: count }, (_, client) => admit(kind, `open ${client}`, detectors));
    for (const request of requests) request.begin();
    return requests;
  };
  for (const [kind, threadMs] of [
    ["faces", 10],
    ["labels", 100],
  ] as const) {
    const warmUp = admit(kind, "warm-up", [detector(kind, 1)]);
    warmUp.begin();
    warmUp.end({ threadMs });
    warmUp.close();
  }
  return { admission, ask, admit, admittedOf, process, open };
}

describe("admission to sets of detectors", () => {
  const sixteen = detector("faces", 16);
  const single = detector("labels", 1);

  it("goes by the detectors that have the model, whatever others can do", () => {
    const { admittedOf, open, process } = mixed();
    process(open("faces", [sixteen], 100), 2000, 10 / 16, 10);
    // One thread does ten of them in the longest wait; a client without work may wait for half as long again.
    expect(admittedOf("labels", [single])).toBe(15);
    // All work of others is elsewhere.
    expect(admittedOf("faces", [sixteen])).toBe(1000);
  });

  it("takes no set of detectors for busy because another one is", () => {
    const { admittedOf, admit, open, process } = mixed();
    const few = open("faces", [sixteen], 8);
    const other = admit("labels", "other", [single]);
    other.begin();
    process(few, 500, 50, 10);
    expect(admittedOf("faces", [sixteen])).toBe(1000);
  });

  it("counts the part of the work that a detector of both may do", () => {
    const { admittedOf, open, process } = mixed();
    open("labels", [single], 1);
    // All 17 threads are busy for 470 ms, the one that has the labels too.
    process(open("faces", [sixteen, single], 800), 2000, 10 / 17, 10);
    expect(admittedOf("labels", [single])).toBe(9);
  });

  it("takes images that only some of the detectors can do for no work of the others", () => {
    const { admittedOf, open, process } = mixed();
    const three = [detector("faces", 2), single];
    const few = open("faces", three, 2);
    open("labels", [single], 12);
    process(few, 500, 50, 10);
    // Three threads do 4.5 s of work in one and a half times the longest wait. 1.2 s is that of the labels.
    expect(admittedOf("faces", three)).toBe(328);
  });

  it("keeps account of what was admitted when a detector comes, and when one goes", () => {
    const { admission, ask } = mixed();
    const fill = (detectors: readonly Detector[]) => {
      let count = 0;
      while ("request" in ask("faces", "flood", detectors)) count++;
      return count;
    };
    const [a, b] = [detector("a", 1), detector("b", 1)];
    expect([fill([a]), fill([a, b]), fill([b, a])]).toEqual([50, 50, 0]);
    expect(admission.waitMs).toBeCloseTo(750);
    expect("request" in ask("faces", "flood", [a])).toBe(false);
    expect("request" in ask("faces", "flood", [b])).toBe(true);
  });
});
