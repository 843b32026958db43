/** The data folder and all that is in it are for the service's user only. */
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { golden, JobClient } from "../support/job-client.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";

const running: RunningService[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});
async function start(environment: NodeJS.ProcessEnv): Promise<RunningService> {
  const service = await startService(environment);
  running.push(service);
  return service;
}

const rightsOf = (path: string) => statSync(path).mode & 0o777;

/** What others have rights to, below a folder and itself. */
function openToOthers(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return [folder, ...names.map((name) => join(folder, name))].filter((path) => (rightsOf(path) & 0o077) !== 0);
}

describe("the data folder", () => {
  it("is made for the service's user only, with all files in it", async () => {
    const DATA_DIR = join(temporaryFolder(), "data");
    const { url } = await start({ DATA_DIR, JOB_RETENTION_MS: "86400000" });
    const client = new JobClient(url);
    // A small image goes into the pack, a large one into a file.
    const large = { name: "large.bmp", bytes: bitmap(512, 512) };
    const created = await client.create([...golden, large], "?execute=false");
    expect(created.images.total).toBe(golden.length + 1);
    const names = readdirSync(DATA_DIR, { recursive: true, encoding: "utf8" });
    expect(names).toEqual(expect.arrayContaining(["sightline.db", "sightline.db-wal", "sightline.db-shm", "lock.db"]));
    expect(names.some((name) => name.endsWith("/pack"))).toBe(true);
    expect(names.some((name) => /\/[0-9a-f]{64}$/.test(name))).toBe(true);
    expect(openToOthers(DATA_DIR)).toEqual([]);
    expect(rightsOf(DATA_DIR)).toBe(0o700);
  });

  it("that exists with wider rights loses them, and the log says so once", async () => {
    const DATA_DIR = temporaryFolder();
    mkdirSync(join(DATA_DIR, "blobs"));
    chmodSync(join(DATA_DIR, "blobs"), 0o775);
    writeFileSync(join(DATA_DIR, "sightline.db"), "");
    chmodSync(join(DATA_DIR, "sightline.db"), 0o644);
    chmodSync(DATA_DIR, 0o755);
    const first = await start({ DATA_DIR });
    const said = ({ log }: RunningService) => log.filter((line) => line.includes("had the rights"));
    expect(said(first)).toHaveLength(1);
    expect(said(first)[0]).toContain(`${DATA_DIR} had the rights 0755.`);
    expect(openToOthers(DATA_DIR)).toEqual([]);
    await running.pop()?.stop();
    expect(said(await start({ DATA_DIR }))).toEqual([]);
  });

  it("that has other things in it, such as a home, keeps its rights, with a warning", async () => {
    const DATA_DIR = temporaryFolder();
    writeFileSync(join(DATA_DIR, "notes.txt"), "");
    chmodSync(DATA_DIR, 0o755);
    const { log } = await start({ DATA_DIR });
    expect(log.filter((line) => line.includes(`${DATA_DIR} has the rights 0755`))).toHaveLength(1);
    expect(rightsOf(DATA_DIR)).toBe(0o755);
    const ours = openToOthers(DATA_DIR).filter((path) => path !== DATA_DIR && !path.endsWith("notes.txt"));
    expect(ours).toEqual([]);
  });
});

/** An uncompressed image of 24 bits per pixel. */
function bitmap(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(54 + width * height * 3);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  for (const [at, value] of [
    [2, bytes.length],
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
    [34, width * height * 3],
  ] as const)
    view.setUint32(at, value, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  return bytes;
}
