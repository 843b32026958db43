/**
 * A disk whose sync fails once, and succeeds again: what the failed one should have written may be missing for ever.
 * And one whose syncs take their time.
 */
import { mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FileBlobStore } from "../../lib/backends/files/blob-store.ts";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";

const disk = vi.hoisted(() => ({ isFailing: false, held: undefined as (() => void)[] | undefined }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const fdatasync = (file: number, done: (error: Error | null) => void) =>
    fs.fdatasync(file, (error) => {
      const end = () => done(disk.isFailing ? Object.assign(new Error("EIO: i/o error"), { code: "EIO" }) : error);
      if (disk.held) disk.held.push(end);
      else end();
    });
  return { ...fs, fdatasync };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-sync-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("no change is acknowledged after a sync failed, though the next one succeeds", async () => {
  const onNotice = () => {
    disk.isFailing = false;
  };
  const database = await Database.open({ folder, onNotice });
  const change = () =>
    database.write(() => database.statement("INSERT INTO outbox (id, event) VALUES ('a', '{}')").run());
  disk.isFailing = true;
  const first = change();
  database.commit();
  const second = change();
  database.commit();
  await expect(first).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
  await expect(second).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
  await database.close();
});

test("a reader waits for the disk while a later commit than the one that has just got there is on its way", async () => {
  const database = await Database.open({ folder });
  const change = (id: string) =>
    database.write(() => database.statement("INSERT INTO outbox (id, event) VALUES (?, '{}')").run(id));
  const held: (() => void)[] = [];
  disk.held = held;
  const first = change("a");
  database.commit();
  const second = change("b");
  database.commit();
  await expect.poll(() => held).toHaveLength(1);
  held[0]?.();
  await first;
  await expect.poll(() => held).toHaveLength(2);
  let isRead = false;
  const read = database
    .read(() => database.statement("SELECT id FROM outbox").all())
    .then((rows) => {
      isRead = true;
      return rows;
    });
  await new Promise(setImmediate);
  expect(isRead).toBe(false);
  held[1]?.();
  disk.held = undefined;
  await second;
  expect(await read).toHaveLength(2);
  await database.close();
});

test("no image is safe after a sync of its pack failed, though the next one succeeds, and the pack is opened again", async () => {
  const blobs = await FileBlobStore.open(folder, { knownBlobs: 20 });
  const put = (jobId: string, text: string) => storeImage(blobs, jobId, [Buffer.from(text)], 1e6);
  await put("a", "image");
  const [path, elsewhere] = [join(folder, "a", "pack"), join(folder, "elsewhere")];
  renameSync(path, elsewhere);
  mkdirSync(path);
  const repaired = blobs.sync("a").catch((error) => {
    rmdirSync(path);
    renameSync(elsewhere, path);
    return error;
  });
  const second = blobs.sync("a");
  const refused = { type: "STORE_UNAVAILABLE", message: "A file cannot be used: EISDIR." };
  expect(await repaired).toMatchObject(refused);
  await expect(second).rejects.toMatchObject(refused);
  for (const jobId of ["b", "c", "d"]) await put(jobId, "image");
  await expect(blobs.sync("a")).rejects.toMatchObject(refused);
  await blobs.sync("b");
  await blobs.delete("a");
  await put("a", "image");
  await blobs.sync("a");
});
