/**
 * What becomes of images where files cannot be opened: a disk that has become read-only, or too many files are open.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileBlobStore } from "../../lib/backends/files/blob-store.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-refusing-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const mount = (...args: string[]) => spawnSync("mount", [...args, folder]).status === 0;
/** Says nothing to a stranger about the server. */
const noPath = expect.not.stringContaining("/");

test("a disk that has become read-only takes no images, and those that it has are read", async ({ skip }) => {
  // Only root may mount.
  if (!mount("-t", "tmpfs", "tmpfs")) skip();
  try {
    const blobs = await FileBlobStore.open(folder);
    const [small, large] = [[Buffer.alloc(100, 1)], [Buffer.alloc(300_000, 2)]];
    const { sha256 } = await storeImage(blobs, "a", small, 1e6);
    expect(mount("-o", "remount,ro")).toBe(true);
    // Operators find the path in the log.
    const cause = expect.objectContaining({ message: expect.stringContaining(folder) });
    const refused = { type: "STORE_UNAVAILABLE", code: 503, message: noPath, cause };
    for (const [jobId, image] of [
      ["a", large],
      ["b", small],
      ["b", large],
    ] as const)
      await expect(storeImage(blobs, jobId, image, 1e6)).rejects.toMatchObject(refused);
    expect(await blobs.get({ jobId: "a", sha256 })).toHaveLength(100);
    await expect(blobs.delete("a")).rejects.toMatchObject(refused);
    await expect(FileBlobStore.open(folder)).rejects.toMatchObject(refused);
  } finally {
    spawnSync("umount", [folder]);
  }
});

test("a disk that becomes read-only once an image is written, before its job has a folder, refuses it", async ({
  skip,
}) => {
  if (!mount("-t", "tmpfs", "tmpfs")) skip();
  const incoming = join(folder, ".incoming");
  try {
    const blobs = await FileBlobStore.open(folder);
    expect(spawnSync("mount", ["-t", "tmpfs", "tmpfs", incoming]).status).toBe(0);
    expect(mount("-o", "remount,ro")).toBe(true);
    const stored = storeImage(blobs, "a", [Buffer.alloc(300_000, 2)], 1e6);
    await expect(stored).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
  } finally {
    spawnSync("umount", [incoming]);
    spawnSync("umount", [folder]);
  }
});

test("an image that the disk cannot read is damaged", async () => {
  const blobs = await FileBlobStore.open(folder);
  const { sha256 } = await storeImage(blobs, "a", [Buffer.alloc(300_000, 2)], 1e6);
  const path = join(folder, "a", sha256);
  rmSync(path);
  // Reading the beginning of a process's memory gives EIO.
  symlinkSync("/proc/self/mem", path);
  await expect(blobs.get({ jobId: "a", sha256 })).rejects.toMatchObject({ type: "STORE_CORRUPT" });
});

test("while too many files are open, images are neither taken nor read, and nothing is lost", () => {
  const script = join(import.meta.dirname, "no-descriptors.ts");
  const command = `ulimit -n 64 && exec "${process.execPath}" "${script}" "${folder}"`;
  const { stdout } = spawnSync("bash", ["-c", command], { encoding: "utf8" });
  const unavailable = Array.from({ length: 5 }, () => "STORE_UNAVAILABLE");
  expect(JSON.parse(stdout)).toEqual({ codes: unavailable, after: [100, 300_000], synced: "done" });
});
