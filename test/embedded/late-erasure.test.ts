/** A job that is stored while its owner's erasure ends: the publisher of its first event asks for the erasure once more. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { Eraser } from "../../lib/erasure/eraser.ts";
import { EventPublisher } from "../../lib/jobs/event-publisher.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { created, files } from "../ports/sample-jobs.ts";

let folder: string;
let backends: Backends;
let publisher: EventPublisher;
const onError = (error: unknown) => console.error(error);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sightline-erasure-"));
  backends = await openEmbedded({ folder, leaseMs: 1_000 });
  publisher = new EventPublisher(backends.store, backends.log, { onError });
});
afterEach(async () => {
  await publisher.close();
  await backends.close();
  rmSync(folder, { recursive: true });
});

it("is erased too, although the erasure has searched for the last time", async () => {
  const owner = crypto.randomUUID();
  const jobId = crypto.randomUUID();
  const { ownerData, store } = backends;
  const scrub = ownerData.scrub.bind(ownerData);
  // After the search, before the erasure is done.
  vi.spyOn(ownerData, "scrub").mockImplementationOnce(async () => {
    await scrub();
    await store.insertJob(created(jobId, { owner }), files(1));
    await eraser.request({ owner });
  });
  const eraser = new Eraser(backends, new Uint8Array(32), {
    onKeysRemoved: () => {},
    onErased: () => {},
    onJobErased: () => {},
    onError,
    settleMs: 0,
  });
  const { id } = await eraser.request({ owner });
  // As the runner does.
  for (let unfinished = [id]; unfinished.length > 0; ) {
    for (const each of unfinished) await eraser.run(each);
    unfinished = (await backends.erasures.unfinished()).map((erasure) => erasure.id);
  }
  expect(await store.getJob(jobId)).toBeUndefined();
  expect(await backends.erasures.get(id)).toMatchObject({ phase: "done", erased: { jobs: 1 } });
});
