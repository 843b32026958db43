import { expect, test } from "vitest";
import { coalesced, syncFolder } from "../../lib/backends/files/disk-sync.ts";

/** Work whose runs end when the test says so. */
function manualWork() {
  const runs: PromiseWithResolvers<void>[] = [];
  const work = () => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  };
  return { runs, call: coalesced(work) };
}

test("calls that arrive during a run share the next one, which begins after it", async () => {
  const { runs, call } = manualWork();
  const first = call();
  const [second, third] = [call(), call()];
  expect(runs.length).toBe(1);
  runs[0]?.resolve();
  await first;
  await expect.poll(() => runs.length).toBe(2);
  runs[1]?.resolve();
  await Promise.all([second, third]);
  expect(runs.length).toBe(2);
  // A run that was shared before is not shared with calls of a later one.
  const fourth = call();
  let isFifthOver = false;
  const fifth = call().then(() => {
    isFifthOver = true;
  });
  runs[2]?.resolve();
  await fourth;
  await expect.poll(() => runs.length).toBe(4);
  expect(isFifthOver).toBe(false);
  runs[3]?.resolve();
  await fifth;
});

test("a run that fails does so for its callers alone", async () => {
  const { runs, call } = manualWork();
  const failed = expect(call()).rejects.toThrow("full");
  const next = call();
  runs[0]?.reject(new Error("full"));
  await failed;
  await expect.poll(() => runs.length).toBe(2);
  runs[1]?.resolve();
  await next;
});

test("a folder whose file system cannot sync it is left to the file system; one that is missing is not", async () => {
  await syncFolder("/proc");
  await expect(syncFolder("/proc/missing")).rejects.toMatchObject({ code: "ENOENT" });
});
