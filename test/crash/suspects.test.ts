/** Native code that crashes or hangs on an image, under the real supervisor: what it costs, and whom. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { commandFile, form, golden, JobClient, type Json, manyGolden } from "../support/job-client.ts";
import { pace } from "../support/pace.ts";
import { childOf, type Supervised, supervise } from "../support/supervised.ts";

const services = ["services/{api,jobs,events}.service.ts", "test/support/services/crashing-detector.service.ts"];
const refused = { code: "IMAGE_REFUSED", status: 422 };
let service: Supervised | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

async function start(environment: NodeJS.ProcessEnv = {}) {
  service = await supervise(services, { THREADS: "2", ...environment });
  await service.ready();
  return { service, client: new JobClient(service.url) };
}

/** The receipts of the files; undefined where the service ended meanwhile. */
async function send(client: JobClient, files: Parameters<typeof form>[0]): Promise<Json[] | undefined> {
  const answer = await client.post("/process", form(files)).catch(() => undefined);
  return answer?.body.images;
}

/** Waits until the threads work on as many images. */
const inWork = (client: JobClient, images: number) =>
  expect.poll(async () => (await client.get("/metrics")).body).toContain(`\nsightline_pool_running ${images}\n`);

/** Sends golden images, one after the other, until it is stopped. */
function startClient(client: JobClient) {
  let isOver = false;
  let [wrong, answered] = [0, 0];
  const running = (async () => {
    while (!isOver) {
      const receipts = await send(client, golden);
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
  it("costs one restart, once, and is refused from then on, whatever the signal", { timeout: 180_000 }, async () => {
    const { service, client } = await start();
    const culprits = ["SIGSEGV", "SIGABRT", "SIGKILL"].map((signal) => commandFile(`crash ${signal} 1`));
    for (const [index, culprit] of culprits.entries()) {
      expect(await send(client, [culprit])).toBeUndefined();
      await service.ready();
      expect(await send(client, [culprit])).toMatchObject([{ problem: refused }]);
      expect(service.restarts()).toBe(index + 1);
    }

    // Whoever comes after knows of them as well.
    process.kill(childOf(service.child), "SIGKILL");
    await expect.poll(() => service.restarts()).toBe(culprits.length + 1);
    await service.ready();
    const receipts = await send(client, [...golden, ...culprits, ...golden]);
    const faces = golden.map((image) => ({ faces: image.faces }));
    expect(receipts).toMatchObject([...faces, ...culprits.map(() => ({ problem: refused })), ...faces]);
    expect(service.restarts()).toBe(culprits.length + 1);
  });

  it("does not stain those that were in work beside it", { timeout: 180_000 }, async () => {
    const { service, client } = await start({ THREADS: "4", IMAGE_TIMEOUT_MS: "120000" });
    // Three that are in work for long, each in a thread of its own, and one that ends them all.
    const slow = [1, 2, 3].map((number) => commandFile(`slow 3000 ${number}`));
    const sending = send(client, slow);
    await inWork(client, 3);
    expect(await send(client, [commandFile("crash SIGSEGV 2")])).toBeUndefined();
    expect(await sending).toBeUndefined();
    await service.ready();
    const suspects = () => readdirSync(join(service.dataDir, "detector/suspects"));
    expect(suspects().length).toBeGreaterThan(1);
    // All at once, so that some of them are in the process that the culprit ends, too.
    const receipts = await send(client, [...slow, commandFile("crash SIGSEGV 2")]);
    expect(receipts).toMatchObject([...slow.map(({ faces }) => ({ faces })), { problem: refused }]);
    expect(suspects()).toEqual([]);
    expect(service.restarts()).toBe(1);
  });

  it("costs one restart in a job, whose other images are exact", { timeout: 180_000 }, async () => {
    const { service, client } = await start({ MAX_ATTEMPTS: "3" });
    const files = [...manyGolden(8), commandFile("crash SIGSEGV 3"), ...manyGolden(7)];
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
    expect(service.restarts()).toBe(1);
    // Another job knows at once.
    const again = await client.create([commandFile("crash SIGSEGV 3"), ...golden]);
    expect(await client.finished(again.id)).toMatchObject({ state: "partially_failed", images: { done: 5 } });
    expect(service.restarts()).toBe(1);
  });
});

describe("an image that hangs native code", () => {
  it("costs others one restart, and is refused from then on", { timeout: 90_000 }, async () => {
    const { service, client } = await start({ HANG_TIMEOUT_MS: "5000" });
    const others = startClient(client);
    await others.answers(5);
    const receipts = await send(client, [commandFile("hang 1")]);
    expect(receipts).toMatchObject([{ problem: refused }]);
    await expect.poll(() => service.restarts()).toBe(1);
    await service.ready();
    await others.answers(5);
    expect(await others.stop()).toEqual({ wrong: 0 });
    expect(await send(client, [commandFile("hang 1"), ...golden])).toMatchObject([
      { problem: refused },
      ...golden.map(({ faces }) => ({ faces })),
    ]);
    expect(service.log()).toContain("ended unexpectedly (SIGKILL)");
    expect(service.restarts()).toBe(1);
  });

  it("answers what waits and what runs before it ends", { timeout: 90_000 }, async () => {
    const { service, client } = await start({ HANG_TIMEOUT_MS: "3000" });
    const hanging = send(client, [commandFile("hang 2")]);
    await inWork(client, 1);
    // More than the other thread can do until the first one hangs: one of them is in work then.
    const slow = send(client, Array(20).fill(commandFile("slow 300")));
    const waiting = client.post("/process", golden[0]?.bytes, { "Content-Type": "image/jpeg" });
    expect(await hanging).toMatchObject([{ problem: refused }]);
    const receipts = (await slow) ?? [];
    const done = receipts.filter(({ faces }) => faces);
    expect(done).toMatchObject(Array(done.length).fill({ faces: golden[0]?.faces }));
    const notBegun = receipts.filter(({ faces }) => !faces).map(({ problem }) => problem.code);
    expect(notBegun).toEqual(Array(20 - done.length).fill("SHUTTING_DOWN"));
    expect([200, 503]).toContain((await waiting).status);
    await expect.poll(() => service.restarts()).toBe(1);
  });

  it("is refused where it is a suspect, without another restart", { timeout: 90_000 }, async () => {
    const { service, client } = await start({ HANG_TIMEOUT_MS: "5000" });
    const hanging = send(client, [commandFile("hang 3")]);
    await inWork(client, 1);
    // Something else ends the process.
    process.kill(childOf(service.child), "SIGKILL");
    expect(await hanging).toBeUndefined();
    await expect.poll(() => service.restarts()).toBe(1);
    await service.ready();
    expect(await send(client, [commandFile("hang 3")])).toMatchObject([{ problem: refused }]);
    expect(service.restarts()).toBe(1);
  });
});
