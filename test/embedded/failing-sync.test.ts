/** A disk whose sync fails once, and succeeds again: what the failed one should have written may be missing for ever. */
import { mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BlobPack } from "../../lib/backends/files/blob-pack.ts";
import { Database } from "../../lib/backends/sqlite/database.ts";

const disk = vi.hoisted(() => ({ isFailing: false }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const fdatasync = (file: number, done: (error: Error | null) => void) =>
    fs.fdatasync(file, (error) =>
      done(disk.isFailing ? Object.assign(new Error("EIO: i/o error"), { code: "EIO" }) : error),
    );
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
  const database = Database.open({ folder, onNotice });
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

test("no image is safe after a sync of its pack failed, though the next one succeeds", async () => {
  const [path, elsewhere] = [join(folder, "pack"), join(folder, "elsewhere")];
  const pack = new BlobPack(path);
  pack.put("1".repeat(64), Buffer.from("a"));
  renameSync(path, elsewhere);
  mkdirSync(path);
  const repaired = pack.sync().catch((error) => {
    rmdirSync(path);
    renameSync(elsewhere, path);
    return error;
  });
  const second = pack.sync();
  expect(await repaired).toMatchObject({ code: "EISDIR" });
  await expect(second).rejects.toMatchObject({ code: "EISDIR" });
});
