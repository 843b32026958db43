/** Native code that crashes or hangs on an image, under the real supervisor: what it costs, and whom. */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandFile, form, golden, JobClient, type Json, manyGolden } from "../support/job-client.ts";
import { pace } from "../support/pace.ts";
import { temporaryFolder } from "../support/service.ts";
import { type Supervised, supervise } from "../support/supervised.ts";

const services = ["services/{api,jobs,events}.service.ts", "test/support/services/crashing-detector.service.ts"];
type Command = ReturnType<typeof commandFile>;
const refused = { code: "IMAGE_REFUSED", status: 422 };
const folder = temporaryFolder();
/** While it is there, slow images last, and one that hangs ends the process. */
const control = join(folder, "control");
afterAll(() => rmSync(folder, { recursive: true }));
let service: Supervised;
let client: JobClient;
/** For all tests of a group. */
function useService(environment: NodeJS.ProcessEnv): void {
  beforeAll(async () => {
    service = await supervise(services, environment);
    client = new JobClient(service.url);
  });
  afterAll(() => service.stop());
}
/** Waits until it is ready. @returns how often it was restarted since. */
async function whenReady(): Promise<() => number> {
  await service.ready();
  const before = service.restarts();
  return () => service.restarts() - before;
}

/** The receipts of the files; undefined where the service ended meanwhile. */
async function send(files: Parameters<typeof form>[0]): Promise<Json[] | undefined> {
  const answer = await client.post("/process", form(files)).catch(() => undefined);
  return answer?.body.images;
}

/** Waits until the threads work on as many images. */
const inWork = (images: number) =>
  expect.poll(async () => (await client.get("/metrics")).body).toContain(`\nsightline_pool_running ${images}\n`);

/** Sends golden images, one after the other, until it is stopped. */
function startClient() {
  let isOver = false;
  let [wrong, answered] = [0, 0];
  const running = (async () => {
    while (!isOver) {
      const receipts = await send(golden);
      const isDone = receipts?.every(({ faces }) => faces);
      if (isDone && receipts?.some(({ faces }, index) => `${faces}` !== `${golden[index]?.faces}`)) wrong++;
      if (isDone) answered++;
      await pace();
    }
  })();
  return {
    /** Waits for as many whole answers. */
    async answers(count: number) {
      const goal = answered + count;
      await expect.poll(() => answered).toBeGreaterThan(goal);
    },
    async stop() {
      isOver = true;
      await running;
      return { wrong };
    },
  };
}

describe("an image that crashes native code", () => {
  useService({ THREADS: "3", IMAGE_TIMEOUT_MS: "120000", MAX_ATTEMPTS: "3", SIGHTLINE_TEST_CONTROL: control });

  const culprits = ["SIGSEGV", "SIGABRT", "SIGKILL"].map((signal) => commandFile(`crash ${signal} 1`)) as [
    Command,
    Command,
    Command,
  ];
  const faces = golden.map((image) => ({ faces: image.faces }));

  it("costs one restart, once, and is refused from then on", { timeout: 180_000 }, async () => {
    const restarts = await whenReady();
    const [culprit] = culprits;
    expect(await send([culprit])).toBeUndefined();
    await service.ready();
    expect(await send([culprit])).toMatchObject([{ problem: refused }]);
    expect(await send([...golden, culprit, ...golden])).toMatchObject([...faces, { problem: refused }, ...faces]);
    expect(restarts()).toBe(1);
  });

  it("does not stain those that were in work beside it", { timeout: 180_000 }, async () => {
    const restarts = await whenReady();
    const [, culprit] = culprits;
    // Two that are in work, each in a thread of its own, and one that ends them all.
    const slow = [1, 2].map((number) => commandFile(`slow 3000 ${number}`));
    writeFileSync(control, "");
    const sending = send(slow);
    await inWork(2);
    expect(await send([culprit])).toBeUndefined();
    expect(await sending).toBeUndefined();
    await service.ready();
    const suspects = () => readdirSync(join(service.dataDir, "detector/suspects"));
    expect(suspects().length).toBeGreaterThan(1);
    rmSync(control);
    // All at once, so that some of them are in the process that the culprit ends, too.
    const receipts = await send([...slow, culprit]);
    expect(receipts).toMatchObject([...slow.map(({ faces }) => ({ faces })), { problem: refused }]);
    expect(suspects()).toEqual([]);
    expect(restarts()).toBe(1);
  });

  it("costs one restart in a job, whose other images are exact", { timeout: 180_000 }, async () => {
    const restarts = await whenReady();
    const [, , culprit] = culprits;
    const files = [...manyGolden(8), culprit, ...manyGolden(7)];
    const { id } = await client.create(files, "?execute=false");
    await client.post(`/v1/jobs/${id}/execute`).catch(() => {});
    const state = () =>
      client.get(`/v1/jobs/${id}`).then(
        ({ body }) => body.state,
        () => "unknown",
      );
    await expect.poll(state, { timeout: 120_000 }).toBe("partially_failed");
    const images = await client.results(id);
    expect(images.filter(({ state }) => state !== "done")).toMatchObject([
      { index: 8, state: "failed", problem: refused },
    ]);
    expect(images.filter(({ state }) => state === "done").map(({ result }) => result?.faces)).toEqual(
      [...manyGolden(8), ...manyGolden(7)].map(({ faces }) => faces),
    );
    expect(await client.deadLetters()).toMatchObject([{ jobId: id, index: 8 }]);
    expect(restarts()).toBe(1);
    // Another job knows at once.
    const again = await client.create([culprit, ...golden]);
    expect(await client.finished(again.id)).toMatchObject({ state: "partially_failed", images: { done: 5 } });
    // Those of its predecessors are known as well, whatever the signal.
    const known = culprits.map(() => ({ problem: refused }));
    expect(await send([...golden, ...culprits])).toMatchObject([...faces, ...known]);
    expect(restarts()).toBe(1);
  });
});

describe("an image that hangs native code", () => {
  useService({ THREADS: "2", HANG_TIMEOUT_MS: "5000", SIGHTLINE_TEST_CONTROL: control });

  it("costs others one restart, and is refused from then on", async () => {
    const restarts = await whenReady();
    const others = startClient();
    await others.answers(5);
    const receipts = await send([commandFile("hang 1")]);
    expect(receipts).toMatchObject([{ problem: refused }]);
    await expect.poll(restarts).toBe(1);
    await service.ready();
    await others.answers(5);
    expect(await others.stop()).toEqual({ wrong: 0 });
    expect(await send([commandFile("hang 1"), ...golden])).toMatchObject([
      { problem: refused },
      ...golden.map(({ faces }) => ({ faces })),
    ]);
    expect(service.log()).toContain("ended unexpectedly (SIGKILL)");
    expect(restarts()).toBe(1);
  });

  it("answers what waits and what runs before it ends", async () => {
    const restarts = await whenReady();
    // More than the other thread can do until the first one hangs: one of them is in work then.
    const slow = Array(30).fill(commandFile("slow 300"));
    const [images = [], waiting] = await Promise.all([
      send([commandFile("hang 2"), ...slow]),
      client.post("/process", golden[0]?.bytes, { "Content-Type": "image/jpeg" }),
    ]);
    const [hanging, ...receipts] = images;
    expect(hanging).toMatchObject({ problem: refused });
    const done = receipts.filter(({ faces }) => faces);
    expect(done).toMatchObject(Array(done.length).fill({ faces: golden[0]?.faces }));
    const notBegun = receipts.filter(({ faces }) => !faces).map(({ problem }) => problem.code);
    expect(notBegun).toEqual(Array(30 - done.length).fill("SHUTTING_DOWN"));
    expect([200, 503]).toContain(waiting.status);
    await expect.poll(restarts).toBe(1);
  });

  it("is refused where it is a suspect, without another restart", async () => {
    const restarts = await whenReady();
    // Something else ends the process.
    writeFileSync(control, "");
    expect(await send([commandFile("hang 3")])).toBeUndefined();
    await expect.poll(restarts).toBe(1);
    rmSync(control);
    await service.ready();
    expect(await send([commandFile("hang 3")])).toMatchObject([{ problem: refused }]);
    expect(restarts()).toBe(1);
  });
});
