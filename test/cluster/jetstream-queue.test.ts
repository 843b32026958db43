/** The task queue in JetStream, shared by nodes. */
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "nats";
import { describe, expect, test } from "vitest";
import { type JetStreamPorts, openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import type { TaskQueue } from "../../lib/ports/task-queue.ts";
import { nameOf, taskOf, tasksOf } from "../ports/sample-tasks.ts";
import { JetStreamNodes, leaseMs, taken } from "../support/jetstream-nodes.ts";
import { startLink } from "../support/link.ts";

const nodes = JetStreamNodes.use();

describe("queue", () => {
  test("two nodes share the work: each task is done once", async () => {
    const [first, second] = (await nodes.open(2)).map(({ queue }) => queue) as [TaskQueue, TaskQueue];
    const done: string[][] = [[], []];
    const stop = new AbortController();
    const work = async (queue: TaskQueue, names: string[] | undefined) => {
      for (let lease = await queue.take(stop.signal); lease; lease = await queue.take(stop.signal)) {
        await sleep(1);
        await lease.ack();
        names?.push(nameOf(lease.task));
      }
    };
    const workers = [first, second].flatMap((queue, n) => Array.from({ length: 4 }, () => work(queue, done[n])));
    const jobs = ["a", "b", "c"].map((jobId) => tasksOf(jobId, 100));
    await Promise.all(jobs.map((each) => first.push(each)));
    await expect.poll(() => done.flat().length).toBeGreaterThanOrEqual(300);
    await expect.poll(() => second.size()).toBe(0);
    stop.abort();
    await Promise.all(workers);
    expect(done.flat().sort()).toEqual(jobs.flat().map(nameOf).sort());
    for (const names of done) expect(names.length).toBeGreaterThan(30);
  });

  test("nodes that start at the same moment make the streams together", async () => {
    for (let times = 0; times < 5; times++) {
      const [first, second] = (await nodes.open(4)).map(({ queue }) => queue) as [TaskQueue, TaskQueue];
      await first.push(tasksOf("a", 1));
      const lease = await taken(second);
      await lease.ack();
    }
  });

  test("nodes take turns among jobs, a small one is over before a large one", async () => {
    const [first, second] = (await nodes.open(2)).map(({ queue }) => queue) as [TaskQueue, TaskQueue];
    await first.push(tasksOf("large", 40));
    await second.push(tasksOf("small", 4));
    const names: string[] = [];
    for (let n = 0; n < 20; n++) {
      const lease = await taken(n % 2 ? first : second);
      names.push(nameOf(lease.task));
      await lease.ack();
    }
    expect(names.filter((name) => name.startsWith("small"))).toHaveLength(4);
  });

  test("a task of a node that died comes again, on another node", async () => {
    const connection = await connect({ servers: nodes.server.url });
    const prefix = nodes.newPrefix();
    const dying = await openJetStream(connection, { prefix, leaseMs: 60_000 });
    await dying.queue.push(tasksOf("a", 2));
    const lost = await taken(dying.queue);
    await connection.close();
    await dying.close();
    // Takes over the consumers with its own lease time, which the lost task has then had.
    const [living] = (await nodes.open(1, { prefix, leaseMs })) as [JetStreamPorts];
    const deliveries = new Map<number, number>();
    while (deliveries.size < 2) {
      const { task, delivery, ack } = await taken(living.queue);
      if (!deliveries.has(task.parcel)) deliveries.set(task.parcel, delivery);
      await ack();
    }
    expect(deliveries.get(lost.task.parcel)).toBe(2);
    await expect.poll(() => living.queue.size()).toBe(0);
    // Of a lease whose node is gone nothing throws.
    await lost.ack();
    await lost.extend();
    await lost.retry(0);
  });

  test("a task is not ended by a node that was cut off until another node had it", async () => {
    const link = await startLink(nodes.server.url);
    const prefix = nodes.newPrefix();
    const connection = await connect({ servers: `127.0.0.1:${link.port}`, maxReconnectAttempts: -1 });
    const cut = await openJetStream(connection, { prefix, leaseMs });
    const other = nodes.closedAfterTest(await openJetStream(nodes.server.url, { prefix, leaseMs, pollMs: 100 }));
    await cut.queue.push([taskOf("a", 1)]);
    const lease = await taken(cut.queue);
    const extending = setInterval(() => void lease.extend(), leaseMs / 10);
    const isBack = link.interrupt("close", 3 * leaseMs);
    expect(await taken(other.queue)).toMatchObject({ delivery: 2 });
    await isBack;
    // Answered once the node is connected again.
    expect(await cut.queue.size()).toBe(1);
    clearInterval(extending);
    await lease.ack();
    expect(await other.queue.size()).toBe(1);
    await cut.close();
    await connection.close();
    await link.close();
  });

  test("a closed queue keeps nothing that it did not hand out", async () => {
    const [closing, other] = (await nodes.open(2, { leaseMs: 60_000 })).map(({ queue }) => queue) as [
      TaskQueue,
      TaskQueue,
    ];
    const taking = Array.from({ length: 20 }, () => closing.take());
    const pushing = other.push(tasksOf("a", 20));
    await closing.close();
    await pushing;
    for (const lease of await Promise.all(taking)) await lease?.retry(0);
    const indexes = new Set<number>();
    for (let n = 0; n < 20; n++) {
      const lease = await taken(other);
      indexes.add(lease.task.parcel);
      await lease.ack();
    }
    expect(indexes.size).toBe(20);
  });

  test("a task is found behind many jobs whose tasks are all leased", async () => {
    const [first, second, leaving] = (await nodes.open(3, { leaseMs: 60_000 })).map(({ queue }) => queue) as [
      TaskQueue,
      TaskQueue,
      TaskQueue,
    ];
    await leaving.push([taskOf("job99", 1)]);
    const lease = await taken(leaving);
    await first.push(Array.from({ length: 150 }, (_, n) => taskOf(`job${n}`, 0)));
    for (let n = 0; n < 150; n++) await taken(first);
    // A node tells the others of a task that it handed back, once it is due. One that stops before cannot.
    await leaving.close();
    await lease.retry(1000);
    expect((await taken(second)).task).toMatchObject(taskOf("job99", 1));
  });
});
