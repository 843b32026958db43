/** A disk that is full: a small one in memory, which only root may mount. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FileBlobStore } from "../../lib/backends/files/blob-store.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { badFile, form, JobClient } from "../support/job-client.ts";
import { freePort, startProcess, startService } from "../support/service.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-full-"));
const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]).status === 0;

afterAll(() => {
  if (isMounted) spawnSync("umount", [folder]);
  rmSync(folder, { recursive: true });
});

test.skipIf(!isMounted)("an image that does not fit is refused and leaves nothing behind", async () => {
  const blobs = await FileBlobStore.open(folder);
  const kept = await storeImage(blobs, "a", [Buffer.alloc(100_000, 1)], 1e6);
  const large = Array.from({ length: 10 }, () => Buffer.alloc(50_000, 2));
  await expect(storeImage(blobs, "a", large, 1e6)).rejects.toMatchObject({ type: "STORAGE_FULL", code: 507 });
  await expect(storeImage(blobs, "b", large, 1e6)).rejects.toMatchObject({ type: "STORAGE_FULL" });
  expect(readdirSync(join(folder, ".incoming"))).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual([".incoming", "a"]);
  expect((await blobs.get({ jobId: "a", sha256: kept.sha256 }))?.length).toBe(100_000);
  await blobs.delete("a");
  expect((await storeImage(blobs, "b", [Buffer.alloc(200_000, 3)], 1e6)).bytes).toBe(200_000);
});

test.skipIf(!isMounted)("the log of a service says it once, whatever is refused for it", async () => {
  const disk = mkdtempSync(join(tmpdir(), "sightline-full-"));
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=6M", "tmpfs", disk]);
  const service = await startService({ DATA_DIR: disk });
  try {
    const client = new JobClient(service.url);
    const { id } = await client.create([badFile], "?execute=false");
    spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "rest")}`, "bs=4k"]);
    const image = { name: "a.bin", bytes: new Uint8Array(100_000) };
    const create = () => client.post("/v1/jobs?execute=false", form([image]));
    const remove = () => client.send("DELETE", `/v1/jobs/${id}`);
    const answers = [];
    for (const change of [create, create, create, remove, remove, create]) answers.push(await change());
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [507, "STORAGE_FULL"]));
    const lines = service.log.map((line) => JSON.parse(line));
    expect(lines.filter(({ msg }) => msg === "Request failed")).toMatchObject([
      { level: 50, mod: "api", err: { message: expect.stringContaining("There is no room left") } },
    ]);
  } finally {
    await service.stop();
    spawnSync("umount", [disk]);
    rmSync(disk, { recursive: true });
  }
});

// What it has may be as secret as the data folder, which is to be encrypted, and in a container the disk may be tiny.
test.skipIf(!isMounted)("nothing is written to the disk for temporary files when the database is written anew", () => {
  const data = mkdtempSync(join(tmpdir(), "sightline-scrub'-"));
  const env = { ...process.env, SQLITE_TMPDIR: folder };
  const { stdout, stderr } = spawnSync(process.execPath, ["test/embedded/scrub.ts", data], { env, encoding: "utf8" });
  rmSync(data, { recursive: true });
  expect(stderr).toBe("");
  expect(stdout).toBe("scrubbed\n");
});

/** A service with its log in a file or device. */
async function startWithLog(path: string) {
  const port = await freePort();
  const runBy = ["sh", "-c", `exec "$@" >> '${path}' 2>&1`, "sh"];
  const running = startProcess({ PORT: String(port), LOG_LEVEL: "debug", LOG_FORMAT: "json" }, undefined, runBy);
  const status = async (route: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${route}`, { signal: AbortSignal.timeout(5_000) });
    return answer.status;
  };
  await expect.poll(() => status("/readyz").catch(() => undefined), { timeout: 60_000 }).toBe(200);
  return { ...running, status };
}

test("a service of whose log nothing can be written starts, answers and ends", async () => {
  const service = await startWithLog("/dev/full");
  try {
    for (let n = 0; n < 20; n += 1) expect(await service.status("/v1/jobs")).toBe(200);
  } finally {
    expect(await service.stop()).toBe(0);
  }
});

test.skipIf(!isMounted)("a log that has filled its disk goes on when there is room again", async () => {
  const disk = mkdtempSync(join(tmpdir(), "sightline-full-"));
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=2M", "tmpfs", disk]);
  const [log, rest] = [join(disk, "log"), join(disk, "rest")];
  const service = await startWithLog(log);
  try {
    spawnSync("dd", ["if=/dev/zero", `of=${rest}`, "bs=4k"]);
    const { size } = statSync(log);
    for (let n = 0; n < 100; n += 1) expect(await service.status("/v1/jobs")).toBe(200);
    // What was left of the file's last page.
    expect(statSync(log).size - size).toBeLessThan(4096);
    rmSync(rest);
    expect(await service.status("/v1/jobs/after-it-was-full")).toBe(404);
    await expect.poll(() => readFileSync(log, "utf8")).toContain("after-it-was-full");
  } finally {
    await service.stop();
    const lines = readFileSync(log, "utf8").trim().split("\n");
    for (const line of lines) JSON.parse(line);
    spawnSync("umount", [disk]);
    rmSync(disk, { recursive: true });
  }
});
