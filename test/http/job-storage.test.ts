/** The data folder as users meet it: taken, damaged, full; and a node that is stopped in the middle of its work. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { form, golden, JobClient, manyGolden } from "../support/job-client.ts";
import { answerOf, openPost } from "../support/raw-request.ts";
import { startService, temporaryFolder } from "../support/service.ts";

const [image] = golden as [(typeof golden)[0]];
let dataDir: string;
const services: BreakableService[] = [];
beforeEach(() => {
  dataDir = temporaryFolder();
});
afterEach(async () => {
  for (const service of services.splice(0)) await service.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(more: NodeJS.ProcessEnv = {}) {
  const service = await startBreakableService({ THREADS: "1", DATA_DIR: dataDir, ...more });
  services.push(service);
  return { service, client: new JobClient(service.url) };
}
const failureToStart = (folder: string) =>
  startService({ DATA_DIR: folder }).then(
    (service) => service.stop().then(() => "it started"),
    (error: Error) => error.message,
  );

describe("a data folder", () => {
  it("that is damaged is refused with the file's name, and left as it is", async () => {
    const database = join(dataDir, "sightline.db");
    writeFileSync(database, "this is no database, ".repeat(1000));
    const message = await failureToStart(dataDir);
    expect(message).toContain("exit code or signal: 1");
    expect(message).toContain(`${database} is damaged`);
  });
});

describe("a data folder that is in use", () => {
  let service: BreakableService;
  let client: JobClient;
  beforeAll(async () => {
    service = await startBreakableService({ MAX_IMAGES_PER_REQUEST: "3" });
    client = new JobClient(service.url);
  });
  afterAll(() => service.stop());

  const inBlobs = (folder: string) => readdirSync(join(service.dataDir, "blobs", folder));
  /** When an image began to be written, or ended, last. */
  const changedAt = () => statSync(join(service.dataDir, "blobs/.incoming"), { bigint: true }).mtimeNs;
  const part = (n: number, bytes: number) => {
    const head = `--b\r\nContent-Disposition: form-data; name="images"; filename="${n}.jpg"\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), image.bytes, Buffer.alloc(bytes, n), Buffer.from("\r\n")]);
  };
  const images = Buffer.concat([part(1, 100), part(2, 300_000), part(3, 30_000_000), Buffer.from("--b\r\n")]);
  const headers = { "Content-Type": "multipart/form-data; boundary=b", "Content-Length": String(10 ** 8) };

  it.each([
    ["that fails for one image too many", part(4, 10)],
    ["that fails as its client leaves", Buffer.from("--b")],
  ])("an upload %s while an image is on its way to the disk leaves none behind", async (_name, rest) => {
    const before = inBlobs("");
    for (let round = 0; round < 3; round++) {
      const socket = await openPost(service.url, "/v1/jobs", headers);
      socket.on("error", () => {}).resume();
      const unchanged = changedAt();
      socket.write(images);
      // One that comes and goes between two looks has changed the folder, too.
      await expect.poll(changedAt, { interval: 1 }).not.toBe(unchanged);
      const closed = once(socket, "close");
      socket.end(rest);
      await closed;
      await expect.poll(() => inBlobs(".incoming")).toEqual([]);
      await expect.poll(() => inBlobs("")).toEqual(before);
    }
  });

  it("an upload to a job that is cancelled meanwhile leaves no image behind", async () => {
    const { id } = await client.create([image], "?execute=false");
    const folder = () => existsSync(join(service.dataDir, "blobs", id));
    const length = String(image.bytes.length);
    const headers = { "Content-Type": "image/jpeg", "Content-Length": length, Expect: "100-continue" };
    const socket = await openPost(service.url, `/v1/jobs/${id}/images`, headers);
    // It is accepted: the job is cancelled after that.
    expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 100 /);
    const answer = answerOf(socket);
    socket.write(image.bytes.subarray(0, 100));
    await client.post(`/v1/jobs/${id}/cancel`);
    expect(folder()).toBe(false);
    socket.write(image.bytes.subarray(100));
    expect(await answer).toMatchObject({ status: 409, body: { code: "JOB_STATE_CONFLICT" } });
    expect(folder()).toBe(false);
  });

  it("is refused to another process, and the first is not disturbed", async () => {
    const { id } = await client.create([image]);
    const message = await failureToStart(service.dataDir);
    expect(message).toContain("exit code or signal: 1");
    expect(message).toContain(`Another process uses the data folder ${service.dataDir}.`);
    expect(message).not.toMatch(/ at |Unable/);
    expect(await client.finished(id)).toMatchObject({ state: "succeeded" });
  });
});

/** A file system of a few megabytes, where this may be made. */
function canMount(): boolean {
  const folder = temporaryFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], { stdio: "ignore" });
    execFileSync("umount", [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(!canMount())("a full disk", () => {
  const disk = temporaryFolder();
  let service: BreakableService;
  let client: JobClient;
  beforeAll(async () => {
    // The write-ahead log of the database takes 4 MB before it is copied.
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", disk]);
    service = await startBreakableService({ DATA_DIR: disk });
    client = new JobClient(service.url);
  });
  afterAll(async () => {
    const code = await service.stop();
    execFileSync("umount", [disk]);
    rmSync(disk, { recursive: true });
    expect(code).toBe(0);
  });

  it("is said so with 507, takes nothing that was accepted, and is over when there is room", async () => {
    const kept = await client.create([image], "?execute=false");
    // Different in their last bytes: the same image would be stored once.
    const large = Array.from({ length: 16 }, (_, n) => ({
      name: `${n}.jpg`,
      bytes: new Uint8Array(1_000_000).fill(n),
    }));
    const { status, headers, body } = await client.post("/v1/jobs", form(large));
    expect({ status, code: body.code }).toEqual({ status: 507, code: "STORAGE_FULL" });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    await expect.poll(() => readdirSync(join(disk, "blobs")).toSorted()).toEqual([".incoming", kept.id]);
    await expect.poll(() => readdirSync(join(disk, "blobs", ".incoming"))).toEqual([]);
    await client.post(`/v1/jobs/${kept.id}/execute`);
    expect(await client.finished(kept.id)).toMatchObject({ state: "succeeded" });
  });

  it("in the middle of the work stops the work; it goes on when there is room", async () => {
    service.detector("hold");
    const { id } = await client.create(manyGolden(60));
    await expect.poll(async () => (await client.job(id)).images.running).toBeGreaterThan(0);
    const filler = join(disk, "filler");
    try {
      writeFileSync(filler, Buffer.alloc(16_000_000));
    } catch (error) {
      expect(error).toMatchObject({ code: "ENOSPC" });
    }
    service.detector("");
    await expect.poll(() => service.log.some((line) => line.includes("no room left"))).toBe(true);
    expect(["running", "queued"]).toContain((await client.job(id)).state);
    rmSync(filler);
    expect(await client.finished(id)).toMatchObject({ state: "succeeded", images: { done: 60 } });
    await expect.poll(async () => (await client.events(id)).at(-1)?.type).toBe("dev.sightline.job.succeeded");
    const sequences = (await client.events()).map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  });
});

it("a node that is stopped finishes the images in hand; the rest goes on after the start, and what was done is kept", async () => {
  // Fewer at once than the job has images: some wait, however fast the first job was.
  const before = await start({ MAX_ATTEMPTS: "1", DISPATCH_CONCURRENCY: "8" });
  const key = { "Idempotency-Key": "kept" };
  const { id: keptId } = await before.client.create(golden, "?labels=a:b", key);
  const kept = await before.client.finished(keptId);
  const typeOfLast = async (client: JobClient, id: string) => (await client.events(id)).at(-1)?.type;
  await expect.poll(() => typeOfLast(before.client, keptId)).toBe("dev.sightline.job.succeeded");
  const [results, events] = [await before.client.results(keptId), await before.client.events()];

  before.service.detector("hold");
  const { id } = await before.client.create(manyGolden(40));
  await expect.poll(async () => (await before.client.job(id)).images.running).toBeGreaterThan(0);
  expect((await before.client.job(id)).images.running).toBeLessThan(40);
  const stopped = before.service.stop();
  const isListening = () =>
    fetch(`${before.service.url}/ping`).then(
      () => true,
      () => false,
    );
  await expect.poll(isListening).toBe(false);
  before.service.detector("");
  expect(await stopped).toBe(0);

  const { client } = await start({ MAX_ATTEMPTS: "1" });
  expect(await client.job(keptId)).toEqual(kept);
  expect(await client.results(keptId)).toEqual(results);
  expect((await client.events()).slice(0, events.length)).toEqual(events);
  expect(await client.post("/v1/jobs?labels=a:b", form(golden), key)).toMatchObject({
    status: 202,
    body: { id: keptId },
  });
  expect(await client.finished(id)).toMatchObject({ state: "succeeded", images: { done: 40 } });
  await expect.poll(() => typeOfLast(client, id)).toBe("dev.sightline.job.succeeded");
  // Nothing was lost with the old node, so nothing was made twice.
  const allDone = (await client.events(id)).filter(({ type }) => type === "dev.sightline.image.done");
  expect(allDone).toHaveLength(40);
  const lost = (await client.events(id)).filter(
    ({ data }) => (data.problem as { code?: string })?.code === "NODE_LOST",
  );
  expect(lost).toEqual([]);
});
