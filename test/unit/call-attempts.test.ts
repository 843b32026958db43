import { expect, test } from "vitest";
import { CallAttempts, type CallTraits } from "../../lib/balancing/call-attempts.ts";
import { type ErrorCode, failure } from "../../lib/errors.ts";

const noneFit = () => failure("NO_DETECTOR", "none fits");
const TRAITS: CallTraits = { countsAttempts: false, waitsForRoom: false, isParcel: false, noneFit };

function attempts(traits: Partial<CallTraits> = {}): CallAttempts {
  return new CallAttempts({ ...TRAITS, ...traits }, false);
}

const failed = (code: ErrorCode) => failure(code, "as a detector said");
/** What Moleculer gives for calls at a node that has gone. */
const rejected = Object.assign(new Error("the node has gone"), {
  type: "REQUEST_REJECTED",
  data: { action: "detector.detect" },
});

test("an answer about the image itself is final", () => {
  const error = failed("UNDECODABLE_IMAGE");
  expect(attempts().after(error, "a", true)).toEqual({ kind: "give up", error });
});

test("a detector that refused is not tried again, and another may appear", () => {
  const tried = attempts();
  const step = tried.after(failed("SHUTTING_DOWN"), "a", true);
  expect(step).toMatchObject({ kind: "try another", pauseMs: 0, error: { type: "SHUTTING_DOWN" } });
  expect(step).toHaveProperty("forMs", 10_000);
  expect([...tried.refusedBy]).toEqual(["a"]);
  expect(tried.isSuspect).toBe(false);
});

test.each(["MODEL_NOT_FOUND", "MODEL_UNAVAILABLE"] as const)(
  "a detector that answers %s is left for another",
  (code) => {
    const tried = attempts();
    const step = tried.after(failed(code), "a", true);
    expect(step).toMatchObject({ kind: "try another", pauseMs: 0, forMs: 0, error: { type: code } });
    expect([...tried.refusedBy]).toEqual(["a"]);
    const counting = attempts({ countsAttempts: true });
    expect(counting.after(failed(code), "a", true)).toMatchObject({ kind: "give up", error: noneFit() });
  },
);

test("for a full detector, nothing waits but an image of an admitted request", () => {
  expect(attempts().after(failed("OVERLOADED"), "a", true)).toMatchObject({ kind: "try another", forMs: 0 });
  const admitted = attempts({ waitsForRoom: true });
  expect(admitted.after(failed("OVERLOADED"), "a", true)).toMatchObject({ kind: "wait for room" });
  expect([...admitted.refusedBy]).toEqual([]);
});

test("an image whose node died is suspect, and is given up after three losses", () => {
  const tried = attempts();
  expect(tried.after(rejected, "a", true)).toMatchObject({ kind: "try another", pauseMs: 20 });
  expect(tried.isSuspect).toBe(true);
  expect(tried.after(failed("WORKER_LOST"), "b", true)).toMatchObject({ kind: "try another", pauseMs: 40 });
  expect(tried.after(rejected, "c", true)).toMatchObject({ kind: "give up", error: { type: "NODE_LOST" } });
  expect([...tried.refusedBy]).toEqual([]);
});

test("an image whose worker died is not suspect", () => {
  const tried = attempts();
  tried.after(failed("WORKER_LOST"), "a", true);
  expect(tried.isSuspect).toBe(false);
});

test("a node that is cut off loses no image", () => {
  const tried = attempts();
  for (let time = 0; time < 5; time++)
    expect(tried.after(rejected, "a", false)).toMatchObject({ kind: "try another", error: { type: "NO_DETECTOR" } });
  expect(tried.isSuspect).toBe(false);
});

test("a detector that did not receive a call can have it once it has returned", () => {
  const tried = attempts();
  const unreceived = Object.assign(new Error("not received"), { type: "BAD_GATEWAY" });
  expect(tried.after(unreceived, "a", true)).toMatchObject({ kind: "try another", pauseMs: 0, forMs: 10_000 });
  expect([...tried.refusedBy]).toEqual([]);
  expect(tried.isSuspect).toBe(false);
});

test("who counts attempts gets the first error, and a parcel is not sent again whole after its node died", () => {
  const counting = attempts({ countsAttempts: true });
  expect(counting.after(failed("OVERLOADED"), "a", true)).toMatchObject({ kind: "give up" });
  const parcel = attempts({ isParcel: true });
  expect(parcel.after(failed("OVERLOADED"), "a", true)).toMatchObject({ kind: "try another" });
  expect(parcel.after(rejected, "b", true)).toMatchObject({ kind: "give up", error: { type: "NODE_LOST" } });
});
