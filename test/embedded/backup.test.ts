/** `sightline backup`: a copy that is made while the service works is whole, and can be started. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { backUp } from "../../lib/backends/backup.ts";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { files, queued } from "../ports/sample-jobs.ts";
import { sightline, startCommand } from "../support/command-line.ts";
import { form, golden, JobClient } from "../support/job-client.ts";
import { startService, temporaryFolder } from "../support/service.ts";

const MOST_JOBS = 100;
/** Backups need no service. */
const NOWHERE = "http://127.0.0.1:1";
const WAITING = { timeout: 30_000, interval: 10 };

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));
const within = (name: string) => join(folder, name);

/** Whether somebody reads the pipe, which then has its end. */
function isWrittenTo(pipe: string): boolean {
  try {
    closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}

describe("a backup", () => {
  it("of a working service is started in its place", async () => {
    const [data, copy] = [within("data"), within("copy")];
    const service = await startService({ DATA_DIR: data });
    const client = new JobClient(service.url);
    const done = await client.send("POST", "/v1/jobs", { body: form(golden) });
    const results = await client.send("GET", `/v1/jobs/${done.body.id}/results?wait=60`);
    const waiting = await client.send("POST", "/v1/jobs?execute=false", { body: form(golden) });
    process.env.DATA_DIR = data;
    const made = await sightline(service.url, "backup", copy);
    expect(made).toMatchObject({ code: 0, stdout: `${data} is copied to ${copy}.\n`, stderr: "" });
    const again = await sightline(service.url, "backup", copy);
    expect(again).toMatchObject({ code: 2, stderr: `sightline: ${copy} exists already.\n` });
    await client.send("DELETE", `/v1/jobs/${done.body.id}`);
    await client.send("DELETE", `/v1/jobs/${waiting.body.id}`);
    await service.stop();

    const restored = await startService({ DATA_DIR: copy });
    const reader = new JobClient(restored.url);
    expect((await reader.send("GET", `/v1/jobs/${done.body.id}/results`)).body).toEqual(results.body);
    expect((await reader.send("POST", `/v1/jobs/${waiting.body.id}/execute`)).status).toBe(202);
    const { body } = await reader.send("GET", `/v1/jobs/${waiting.body.id}/results?wait=60`);
    expect(body.items.map(({ result }: { result: { faces: unknown } }) => result.faces)).toEqual(
      golden.map(({ faces }) => faces),
    );
    await restored.stop();
  });

  it("into a folder that is missing names it, and makes none", async () => {
    const data = within("without a place");
    await (await openEmbedded({ folder: data, leaseMs: 1000 })).close();
    await expect(backUp(data, within("missing/copy"))).rejects.toThrow(
      `There is no folder ${within("missing")}. Create it, or choose another one.`,
    );
    expect(existsSync(within("missing"))).toBe(false);
  });

  it("is for its user only", async () => {
    const [data, copy] = [within("private"), within("private copy")];
    await (await openEmbedded({ folder: data, leaseMs: 1000 })).close();
    await backUp(data, copy);
    expect(statSync(join(copy, "sightline.db")).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.geteuid?.() !== 0)("by a user who may not read the data says so", async () => {
    const data = within("of root");
    await (await openEmbedded({ folder: data, leaseMs: 1000 })).close();
    chmodSync(folder, 0o755);
    // `access` goes by the real user.
    const lines = [
      `import { backUp } from ${JSON.stringify(new URL("../../lib/backends/backup.ts", import.meta.url).href)};`,
      "process.setuid(65534);",
      `await backUp(${JSON.stringify(data)}, "/tmp/none").catch(({ message }) => console.log(message));`,
    ];
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", lines.join("\n")], {
      encoding: "utf8",
    });
    expect(stdout).toBe(`User 65534 may not read ${data}. Make the copy as the user of the service.\n`);
  });

  it("onto a full disk names that disk, and leaves nothing", async ({ skip }) => {
    const [data, disk] = [within("to copy"), within("disk")];
    await (await openEmbedded({ folder: data, leaseMs: 1000 })).close();
    mkdirSync(disk);
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]).status !== 0) skip();
    try {
      await expect(backUp(data, join(disk, "copy"))).rejects.toThrow(`The disk of ${join(disk, "copy")} is full.`);
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      spawnSync("umount", [disk]);
    }
  });

  it("of data on a full disk names that disk", async ({ skip }) => {
    const [data, disk] = [within("whole"), within("full")];
    await (await openEmbedded({ folder: data, leaseMs: 1000 })).close();
    mkdirSync(disk);
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=1M", "tmpfs", disk]).status !== 0) skip();
    try {
      cpSync(data, join(disk, "data"), { recursive: true });
      spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "rest")}`, "bs=4k"]);
      await expect(backUp(join(disk, "data"), within("not made"))).rejects.toThrow(
        `The disk of ${join(disk, "data")} is full, and to read its database takes a little room.`,
      );
    } finally {
      spawnSync("umount", [disk]);
    }
  });

  it("of a folder without data, or with a wrong setting, says so in one sentence", async () => {
    process.env.DATA_DIR = within("nothing");
    expect(await sightline(NOWHERE, "backup", within("copy of nothing"))).toEqual({
      code: 2,
      stdout: "",
      stderr: `sightline: ${within("nothing")} is no data folder: it has no sightline.db.\n`,
    });
    process.env.MONGO_URL = "mongodb://127.0.0.1:1/x";
    try {
      expect(await sightline(NOWHERE, "restore", within("copy"))).toEqual({
        code: 2,
        stdout: "",
        stderr:
          "sightline: The configuration is wrong:\n  NATS_URL must be set where MONGO_URL is: a cluster needs both\n",
      });
    } finally {
      delete process.env.MONGO_URL;
    }
  });

  it("is not made inside the data folder, also not by a link", async () => {
    const [data, link] = [within("whole"), within("link")];
    await (await openEmbedded({ folder: data, leaseMs: 1_000 })).close();
    symlinkSync(data, link);
    const before = readdirSync(data).sort();
    for (const copy of [join(data, "copy"), join(data, "blobs", "copy"), join(link, "copy")])
      await expect(backUp(data, copy), copy).rejects.toThrow(`${copy} is inside ${data}.`);
    expect(readdirSync(data).sort()).toEqual(before);
    await backUp(link, within("whole copy"));
    expect(readdirSync(within("whole copy"))).toContain("sightline.db");
  });

  it("is not made where one that was killed has left something, and says what to do", async () => {
    const [data, copy] = [within("stopped"), within("copy of stopped")];
    await (await openEmbedded({ folder: data, leaseMs: 1_000 })).close();
    mkdirSync(`${copy}.unfinished`);
    await expect(backUp(data, copy)).rejects.toThrow(
      `${copy}.unfinished exists already: a command that was killed has left it, unless another one is writing it now. Remove it, and try again.`,
    );
    expect(readdirSync(folder)).toContain("copy of stopped.unfinished");
    rmSync(`${copy}.unfinished`, { recursive: true });
    await backUp(data, copy);
    expect(readdirSync(copy)).toContain("sightline.db");
  });

  it("that is interrupted ends, and leaves nothing", async () => {
    const [data, copy] = [within("interrupted"), within("copy of interrupted")];
    await (await openEmbedded({ folder: data, leaseMs: 1_000 })).close();
    // Reading it waits until somebody writes to it.
    const image = join(data, "blobs", "image");
    spawnSync("mkfifo", [image]);
    const command = startCommand(NOWHERE, ["backup", copy], { environment: { DATA_DIR: data } });
    await vi.waitUntil(() => existsSync(join(`${copy}.unfinished`, "blobs")), WAITING);
    command.process.kill("SIGTERM");
    await vi.waitUntil(() => isWrittenTo(image), WAITING);
    expect(await command.ended).toEqual({
      code: 130,
      stdout: "",
      stderr: "sightline: Interrupted; nothing was left.\n",
    });
    expect(readdirSync(folder).filter((name) => name.startsWith("copy of interrupted"))).toEqual([]);
  });

  it("that fails leaves nothing that could be taken for one", async () => {
    const [data, copy] = [within("unreadable"), within("copy of unreadable")];
    await (await openEmbedded({ folder: data, leaseMs: 1_000 })).close();
    rmSync(join(data, "blobs"), { recursive: true });
    writeFileSync(join(data, "blobs"), "no folder");
    const before = readdirSync(folder).sort();
    await expect(backUp(data, copy)).rejects.toMatchObject({ code: "ENOTDIR" });
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it("has all images of each job that it has, while jobs come and go", async () => {
    const data = within("busy");
    const source = await openEmbedded({ folder: data, leaseMs: 1_000 });
    let isOver = false;
    const work = async (client: number) => {
      for (let n = 0; n < MOST_JOBS && !isOver; n++) await store(source, `job-${client}-${n}`);
    };
    const working = [1, 2, 3].map(work);
    const copies = ["one", "two", "three"].map(within);
    await expect.poll(async () => (await source.store.countJobs()).queued).toBeGreaterThan(0);
    for (const copy of copies) await backUp(data, copy);
    isOver = true;
    await Promise.all(working);
    await source.close();
    for (const copy of copies) {
      const backends = await openEmbedded({ folder: copy, leaseMs: 1_000 });
      const { items } = await backends.store.listJobs({ limit: 10_000 });
      expect(items.length).toBeGreaterThan(0);
      for (const { id } of items)
        for (const { sha256 } of await backends.store.listImages(id, { limit: 9 }))
          expect(await backends.blobs.get({ jobId: id, sha256 })).toBeDefined();
      await backends.close();
    }
    expect(readdirSync(within("three")).sort()).toContain("sightline.db");
  });

  it("replaces the data of a killed service also if it is copied over them", async () => {
    const [data, copy, used] = [within("killed"), within("copy of killed"), within("used")];
    const source = await openEmbedded({ folder: data, leaseMs: 1_000 });
    await store(source, "before");
    await backUp(data, copy);
    for (let n = 0; n < MOST_JOBS; n++) await store(source, `after-${n}`);
    cpSync(data, used, { recursive: true });
    await source.close();
    expect(statSync(join(used, "sightline.db-wal")).size).toBeGreaterThan(0);
    cpSync(copy, used, { recursive: true });
    const restored = await openEmbedded({ folder: used, leaseMs: 1_000 });
    const { items } = await restored.store.listJobs({ limit: 10_000 });
    expect(items.map(({ id }) => id)).toEqual(["before"]);
    await restored.close();
  });

  it("of a folder that has no data says so", async () => {
    await expect(backUp(within("nothing"), within("of nothing"))).rejects.toThrow("is no data folder");
  });
});

/** A job with two images, as it is submitted. */
async function store({ store, blobs }: Backends, jobId: string): Promise<void> {
  const upload = await blobs.upload(jobId);
  const stored = [];
  for (const [n, file] of files(2).entries())
    stored.push({ ...file, ...(await upload.put([Buffer.from(`${jobId} ${n}`)], 1_000)) });
  await upload.end();
  await blobs.sync(jobId);
  await store.insertJob(queued(jobId), stored);
}
