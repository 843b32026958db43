/** JetStream that dies, hangs and comes back, with work going on. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "nats";
import { describe, expect, test, vi } from "vitest";
import { openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import type { ImageReference } from "../../lib/contracts/image-source.ts";
import { referenceTo } from "../../lib/jobs/fetch-image.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { eventOf, readAll } from "../ports/sample-events.ts";
import { nameOf, taskOf, tasksOf } from "../ports/sample-tasks.ts";
import { JetStreamNodes, taken } from "../support/jetstream-nodes.ts";
import { startNatsServer } from "../support/nats-server.ts";
import { pace } from "../support/pace.ts";
import { freePort } from "../support/service.ts";
import { suspend } from "../support/suspend.ts";

const nodes = JetStreamNodes.use();

test("while no server is there, the storage is away, as it is when it does not answer", async () => {
  const open = openJetStream(`nats://127.0.0.1:${await freePort()}`, { prefix: "nobody", leaseMs: 1000 });
  await expect(open).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
});

test("what the server refuses because it has too much to store is stored a little later", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-nats-"));
  // 10,000 by default, and 128 MB: so many nodes or so slow a disk are not at hand.
  writeFileSync(join(folder, "nats.conf"), "jetstream { max_buffered_msgs: 4 }");
  const server = await startNatsServer({ folder, args: ["-c", join(folder, "nats.conf")] });
  const { queue, close } = await openJetStream(server.url, { leaseMs: 60_000, timeoutMs: 10_000 });
  try {
    await queue.push(tasksOf("a", 250));
    expect(await queue.size()).toBe(250);
  } finally {
    await close();
    await server.stop();
  }
});

test("an opening that fails leaves no timer behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-nats-"));
  const permissions = 'permissions { publish { allow: ">", deny: "$JS.API.CONSUMER.LIST.timers-tasks" } }';
  writeFileSync(
    join(folder, "nats.conf"),
    `authorization { users = [{ user: me, password: secret, ${permissions} }, { user: other, password: secret }] }`,
  );
  const server = await startNatsServer({ folder, args: ["-c", join(folder, "nats.conf")] });
  const other = await connect({ servers: server.url, user: "other", pass: "secret" });
  await (await openJetStream(other, { prefix: "timers", leaseMs: 60_000 })).close();
  // One of a former version, for which a node lists the consumers once it has opened everything.
  await other.jetstream().publish("timers.tasks.5.a", JSON.stringify({ jobId: "a", index: 0, priority: 5 }));
  await other.close();
  const [started, ended] = [vi.spyOn(globalThis, "setInterval"), vi.spyOn(globalThis, "clearInterval")];
  try {
    const url = server.url.replace("nats://", "nats://me:secret@");
    await expect(openJetStream(url, { prefix: "timers", leaseMs: 60_000 })).rejects.toThrow(/ermissions/);
    const timers = started.mock.results.map(({ value }) => value);
    expect(timers).not.toEqual([]);
    expect(ended.mock.calls.flat()).toEqual(expect.arrayContaining(timers));
  } finally {
    vi.restoreAllMocks();
    await server.stop();
  }
});

describe("when the server dies and is there again", () => {
  test("everything acknowledged is there", async () => {
    const { queue, blobs, log } = await nodes.openOne({ timeoutMs: 2000 });
    const pushed: string[] = [];
    const put: ImageReference[] = [];
    const appended: string[] = [];
    let isOver = false;
    const repeat = async (act: (n: number) => Promise<void>) => {
      for (let n = 0; !isOver; n++) await act(n).then(pace, expectKnown);
    };
    const acts = [
      repeat(async (n) => {
        await queue.push([taskOf("a", n)]);
        pushed.push(`a${n}`);
      }),
      repeat(async (n) => {
        const stored = await storeImage(blobs, "a", [randomBytes(n % 5 ? 10_000 : 2_500_000)], 1e8);
        put.push(referenceTo({ jobId: "a", ...stored }));
      }),
      repeat(async (n) => {
        const events = Array.from({ length: 20 }, (_, k) => eventOf("a", n * 20 + k));
        // As the publisher does: what was rejected is appended again before anything that follows.
        for (let isAppended = false; !isAppended; )
          isAppended = await log.append(events).then(
            () => true,
            (error) => expectKnown(error) ?? false,
          );
        appended.push(...events.map(({ id }) => id));
      }),
    ];
    for (let kills = 0; kills < 3; kills++) {
      const before = [pushed, put, appended].map(({ length }) => length);
      await expect
        .poll(() => [pushed, put, appended].every((list, n) => list.length > (before[n] ?? 0) + 5))
        .toBe(true);
      await nodes.server.restart("SIGKILL");
    }
    isOver = true;
    await Promise.all(acts);
    const logged = await readAll(log);
    expect(logged.map(({ event }) => event.id)).toEqual(appended);
    expect(logged.map(({ sequence }) => sequence)).toEqual(appended.map((_, n) => n + 1));
    for (const reference of put) {
      const blob = await blobs.get(reference);
      expect(
        createHash("sha256")
          .update(blob ?? "")
          .digest("hex"),
      ).toBe(reference.sha256);
    }
    const left = new Set(pushed);
    while (left.size > 0) {
      const lease = await taken(queue);
      left.delete(nameOf(lease.task));
      await lease.ack();
    }
  });

  test("take goes on by itself, without being busy meanwhile", async () => {
    const { queue, log, blobs } = await nodes.openOne({ timeoutMs: 2000 });
    const indexes = new Set<number>();
    const stop = new AbortController();
    const work = async () => {
      for (let lease = await queue.take(stop.signal); lease; lease = await queue.take(stop.signal)) {
        await lease.ack();
        indexes.add(lease.task.parcel);
      }
    };
    const workers = [work(), work()];
    const isServed = async (index: number) => {
      await queue.push([taskOf("a", index)]);
      await expect.poll(() => indexes.has(index)).toBe(true);
    };
    await isServed(1);
    // A server that hangs: nobody is told that it is gone.
    await suspend(nodes.server.process);
    const unavailable = { type: "STORE_UNAVAILABLE", code: 503 };
    const refused = [
      queue.push(tasksOf("b", 1)),
      queue.jobsWithTasks(),
      log.append([eventOf("a", 0)]),
      log.read({ after: 0, limit: 1 }),
      storeImage(blobs, "a", [Buffer.from("x")], 10),
      blobs.get({ jobId: "a", sha256: "0".repeat(64) }),
    ];
    const outcomes = await Promise.allSettled(refused);
    nodes.server.process.kill("SIGCONT");
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: unavailable });
    await isServed(2);
    // A server that is away.
    const before = process.cpuUsage();
    await nodes.server.restart("SIGKILL", 10_000);
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(2_000_000);
    await isServed(3);
    stop.abort();
    await Promise.all(workers);
  });
});

function expectKnown(error: unknown): undefined {
  expect(error).toMatchObject({ type: "STORE_UNAVAILABLE" });
}
