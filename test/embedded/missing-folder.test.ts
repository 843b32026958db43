/** A data folder that is moved, removed, replaced or closed to the service's user while the service uses it. */
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { FileBlobStore } from "../../lib/backends/files/blob-store.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { files, queued } from "../ports/sample-jobs.ts";
import { temporaryFolder } from "../support/service.ts";

const STRANGER = 65_534;
const unavailable = { type: "STORE_UNAVAILABLE", code: 503, message: expect.not.stringContaining("/") };

let root: string;
let folder: string;
let notices: string[];
const opened: Backends[] = [];
beforeEach(() => {
  root = temporaryFolder();
  folder = join(root, "data");
  notices = [];
});
afterEach(async () => {
  for (const backends of opened.splice(0)) await backends.close();
  rmSync(root, { recursive: true, force: true });
});

async function open(): Promise<Backends> {
  const backends = await openEmbedded({ folder, leaseMs: 1000, onNotice: (notice) => notices.push(notice) });
  opened.push(backends);
  return backends;
}

const small = [Buffer.alloc(100, 1)];
const large = [Buffer.alloc(300_000, 2)];

test("while it is away, nothing is taken and all is read; once it is back, everything goes on", async () => {
  const { store, blobs } = await open();
  await store.insertJob(queued("before"), files(3));
  const away = join(root, "away");
  renameSync(folder, away);
  await expect(store.insertJob(queued("first"), files(3))).rejects.toMatchObject(unavailable);
  await expect(store.insertJob(queued("second"), files(3))).rejects.toMatchObject(unavailable);
  for (const image of [small, large])
    await expect(storeImage(blobs, "a", image, 1e6)).rejects.toMatchObject(unavailable);
  expect((await store.countImages("before")).total).toBe(3);
  expect(await store.getJob("second")).toBeUndefined();
  const path = join(folder, "sightline.db");
  const lost = `${path} was moved, removed or replaced while the service uses it. No change is stored until it is back; after a restart the service uses what is there then.`;
  expect(notices).toEqual([lost]);

  renameSync(away, folder);
  await store.insertJob(queued("after"), files(3));
  for (const image of [small, large]) await storeImage(blobs, "a", image, 1e6);
  expect(notices).toEqual([lost, `${path} is back. Changes are stored again.`]);
});

test("readers that wait for a change are answered, although it is refused", async () => {
  const { store } = await open();
  await store.insertJob(queued("before"), files(3));
  rmSync(folder, { recursive: true });
  const [change, ...reads] = await Promise.allSettled([
    store.insertJob(queued("lost"), files(3)),
    store.countImages("before"),
    store.getJob("before"),
  ]);
  expect(change).toMatchObject({ status: "rejected", reason: unavailable });
  expect(reads).toMatchObject([{ value: { total: 3 } }, { value: { id: "before" } }]);
});

test("one that another has taken the place of is left alone", async () => {
  const { store } = await open();
  renameSync(folder, join(root, "away"));
  const other = await open();
  await expect(store.insertJob(queued("lost"), files(3))).rejects.toMatchObject(unavailable);
  await other.store.insertJob(queued("kept"), files(3));
  expect(await other.store.getJob("lost")).toBeUndefined();
});

test.skipIf(process.geteuid?.() !== 0)("images are refused where they may not be written any more", async () => {
  chmodSync(root, 0o755);
  mkdirSync(folder, { mode: 0o700 });
  chownSync(folder, STRANGER, STRANGER);
  process.seteuid?.(STRANGER);
  try {
    const blobs = await FileBlobStore.open(join(folder, "blobs"));
    chmodSync(folder, 0);
    for (const image of [small, large])
      await expect(storeImage(blobs, "a", image, 1e6)).rejects.toMatchObject(unavailable);
    chmodSync(folder, 0o700);
    for (const image of [small, large]) await storeImage(blobs, "a", image, 1e6);
  } finally {
    process.seteuid?.(0);
  }
});
