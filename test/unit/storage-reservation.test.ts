import { expect, it, onTestFinished, vi } from "vitest";
import type { Call } from "../../lib/contracts/action.ts";
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
