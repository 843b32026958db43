import { expect, it, onTestFinished, vi } from "vitest";
import type { Call } from "../../lib/contracts/action.ts";
import { failure } from "../../lib/errors.ts";
import { StorageReservation } from "../../lib/http/upload/storage-reservation.ts";

it("is released after a renewal that is on its way, which would reserve it again", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const answers: (() => void)[] = [];
  const done: string[] = [];
  const call = (({ name }: { readonly name: string }) =>
    new Promise<void>((resolve) => {
      answers.push(() => {
        done.push(name);
        resolve();
      });
    })) as unknown as Call;
  const reservation = new StorageReservation(call, 1000);
  const opened = reservation.open(100);
  answers.shift()?.();
  await opened;
  vi.advanceTimersToNextTimer();
  await new Promise(setImmediate);
  const closed = reservation.close();
  await new Promise(setImmediate);
  // The calls reach the store in any order: the last one that was made first.
  while (answers.length > 0) {
    answers.pop()?.();
    await new Promise(setImmediate);
  }
  await closed;
  expect(done).toEqual(["jobs.reserveStorage", "jobs.reserveStorage", "jobs.releaseStorage"]);
});

/** A reservation whose calls are told, with what they ask for. */
function told(answer: (name: string) => void, jobId?: string) {
  const calls: object[] = [];
  const call = (async ({ name }: { readonly name: string }, params: object) => {
    calls.push({ name, ...params });
    answer(name);
  }) as unknown as Call;
  return { calls, reservation: new StorageReservation(call, 1000, jobId) };
}

it("of images that are added to a job is not renewed, and ends with what may be stored", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const jobId = crypto.randomUUID();
  const { calls, reservation } = told(() => {}, jobId);
  const upload = reservation.id;
  await reservation.open(100);
  expect(vi.getTimerCount()).toBe(0);
  await reservation.add(40);
  await reservation.add(70);
  await reservation.close();
  const reserved = { name: "jobs.reserveStorage", upload, limit: 1000, jobId };
  expect(calls).toEqual([
    { ...reserved, bytes: 100, before: 0 },
    { ...reserved, bytes: 220, before: 100 },
    { name: "jobs.releaseStorage", upload, added: { jobId, stored: 110 } },
  ]);
});

it.each([
  ["of a new job", undefined, {}],
  ["of images that are added", "11111111-1111-4111-8111-111111111111", { stored: 0 }],
])("%s is released if it is not known whether it was made", async (_, jobId, left) => {
  const { calls, reservation } = told((name) => {
    if (name === "jobs.reserveStorage") throw failure("STORE_UNAVAILABLE", "Away.");
  }, jobId);
  await expect(reservation.open(100)).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
  await reservation.close();
  const added = jobId && { added: { jobId, ...left } };
  expect(calls.slice(1)).toEqual([{ name: "jobs.releaseStorage", upload: reservation.id, ...added }]);
});

it("is not released if it was refused", async () => {
  const { calls, reservation } = told(() => {
    throw failure("STORAGE_QUOTA_EXCEEDED", "Full.");
  });
  await expect(reservation.open(100)).rejects.toMatchObject({ type: "STORAGE_QUOTA_EXCEEDED" });
  await reservation.close();
  expect(calls).toHaveLength(1);
});

/** A reservation of 100 bytes of a new job, of which all renewals of two minutes fail; and what the store says then. */
async function lapsed(answer: () => void) {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  let isAway = false;
  let isBack = false;
  const { calls, reservation } = told((name) => {
    if (isAway) throw failure("STORE_UNAVAILABLE", "Away.");
    if (isBack && name === "jobs.reserveStorage") answer();
  });
  await reservation.open(100);
  await reservation.add(100);
  isAway = true;
  await vi.advanceTimersByTimeAsync(119_000);
  isAway = false;
  isBack = true;
  calls.length = 0;
  return { calls, reservation, reserved: { name: "jobs.reserveStorage", upload: reservation.id, limit: 1000 } };
}

it("is made anew before its job is, if it may count no more: others may have taken the room", async () => {
  const { calls, reservation, reserved } = await lapsed(() => {});
  await reservation.confirm();
  await reservation.confirm();
  await reservation.close();
  const released = { name: "jobs.releaseStorage", upload: reservation.id };
  expect(calls).toEqual([{ ...reserved, bytes: 100, before: 0 }, released]);
});

it("is refused before its job is made, if others have taken the room, also after a renewal was", async () => {
  const { calls, reservation, reserved } = await lapsed(() => {
    throw failure("STORAGE_QUOTA_EXCEEDED", "Full.");
  });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(calls).toEqual([{ ...reserved, bytes: 100, before: 0 }]);
  await expect(reservation.confirm()).rejects.toMatchObject({ type: "STORAGE_QUOTA_EXCEEDED" });
  expect(calls).toEqual(Array(2).fill({ ...reserved, bytes: 100, before: 0 }));
  await reservation.close();
  // It may be there, and only not count.
  expect(calls.slice(2)).toEqual([{ name: "jobs.releaseStorage", upload: reservation.id }]);
});
