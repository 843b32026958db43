/** Turns in the task queue in JetStream, whose consumers are a fixed number of lanes. */
import { AckPolicy, connect, headers, type JetStreamManager, type NatsConnection, RetentionPolicy } from "nats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type JetStreamPorts, openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import { LANES } from "../../lib/backends/jetstream/lanes.ts";
import type { Task, TaskQueue } from "../../lib/ports/task-queue.ts";
import { nameOf, taskOf, tasksOf } from "../ports/sample-tasks.ts";
import { JetStreamNodes, leaseMs, taken } from "../support/jetstream-nodes.ts";

const nodes = JetStreamNodes.use();

let connection: NatsConnection;
let manager: JetStreamManager;
beforeAll(async () => {
  connection = await connect({ servers: nodes.server.url });
  manager = await connection.jetstreamManager();
});
afterAll(() => connection.close());

const JOBS = 140;
const TASKS = 20;

function queuesOf(ports: readonly JetStreamPorts[]): TaskQueue[] {
  return ports.map(({ queue }) => queue);
}

/** Takes tasks on the nodes in turn, and acknowledges them, until the job's came. @returns how many others came. */
async function delivered(queues: readonly TaskQueue[], jobId: string): Promise<number> {
  for (let n = 0; ; n++) {
    const lease = await taken(queues[n % queues.length] as TaskQueue);
    await lease.ack();
    if (lease.task.jobId === jobId) return n;
  }
}

/** So that both nodes are in the middle of their rounds. */
async function begin(queues: readonly TaskQueue[], count = 100): Promise<void> {
  for (let n = 0; n < count; n++) await (await taken(queues[n % queues.length] as TaskQueue)).ack();
}

async function subjectsOf(prefix: string): Promise<string[]> {
  const { state } = await manager.streams.info(`${prefix}-tasks`, { subjects_filter: ">" });
  return Object.keys(state.subjects ?? {});
}

describe("a single task does not wait for the many before it", () => {
  const many: [string, (n: number) => Partial<Task>][] = [
    ["of 140 jobs of another owner", () => ({ owner: "many" })],
    ["of 140 jobs without owners", () => ({})],
    ["of the jobs of five other owners", (n) => ({ owner: `many${n % 5}` })],
  ];
  for (const [whose, of] of many)
    test(whose, async () => {
      const queues = queuesOf(await nodes.open(2));
      const [first, second] = queues as [TaskQueue, TaskQueue];
      for (let n = 0; n < JOBS; n++) await first.push(tasksOf(`many${n}`, TASKS, of(n)));
      await begin(queues);
      for (const [n, queue] of [first, second, first].entries()) {
        await queue.push([taskOf(`owned${n}`, 0, { owner: `single${n}` })]);
        // At most one other of each node, if word of the new task has not reached it, and a few if a chance put the
        // task behind another.
        expect(await delivered(queues, `owned${n}`)).toBeLessThan(5);
        await queue.push([taskOf(`alone${n}`, 0)]);
        expect(await delivered(queues, `alone${n}`)).toBeLessThan(5);
      }
    });

  test("of its own owner's large jobs", async () => {
    const queues = queuesOf(await nodes.open(2));
    const [first, second] = queues as [TaskQueue, TaskQueue];
    for (let n = 0; n < JOBS; n++) await first.push(tasksOf(`many${n}`, TASKS, { owner: "many" }));
    await begin(queues);
    await second.push([taskOf("single", 0, { owner: "many" })]);
    expect(await delivered(queues, "single")).toBeLessThan(5);
  });
});

test("a large job of an owner gets a fair share beside 140 of another", async () => {
  const queues = queuesOf(await nodes.open(2));
  const [first, second] = queues as [TaskQueue, TaskQueue];
  for (let n = 0; n < JOBS; n++) await first.push(tasksOf(`many${n}`, TASKS, { owner: "many" }));
  await begin(queues);
  await second.push(tasksOf("large", 50, { owner: "other" }));
  let others = 0;
  for (let own = 0; own < 50; own++) others += await delivered(queues, "large");
  // One of each of the other owner's four lanes in turn.
  expect(others).toBeLessThan(50 * 4 + 10);
  expect(others).toBeGreaterThan(50);
});

test("a task of a higher priority comes before all of the lower ones", async () => {
  const queues = queuesOf(await nodes.open(2));
  const [first, second] = queues as [TaskQueue, TaskQueue];
  for (let n = 0; n < 40; n++) await first.push(tasksOf(`many${n}`, TASKS));
  await begin(queues, 10);
  await first.push(tasksOf("urgent", 30, { priority: 7 }));
  let others = 0;
  for (let own = 0; own < 30; own++) others += await delivered([second, first], "urgent");
  expect(others).toBeLessThan(4);
});

test("jobs of any number are served by the same few consumers, also on a node that starts late", async () => {
  const [first] = queuesOf(await nodes.open(1)) as [TaskQueue];
  const prefix = nodes.lastPrefix;
  const images = 3;
  for (let n = 0; n < 400; n++) await first.push([taskOf(`job${n}`, 0, { images, priority: n % 2 ? 5 : 8 })]);
  // More than are listed one by one.
  expect(await subjectsOf(prefix)).toHaveLength(400);
  for (let times = 0; times < 2; times++) expect(await first.size()).toBe(400 * images);
  const late = await nodes.open(1, { prefix });
  const [second] = queuesOf(late) as [TaskQueue];
  for (let times = 0; times < 2; times++) expect(await second.size()).toBe(400 * images);
  const seen = new Set<string>();
  const stop = new AbortController();
  const work = async (queue: TaskQueue) => {
    for (let lease = await queue.take(stop.signal); lease; lease = await queue.take(stop.signal)) {
      await lease.ack();
      seen.add(nameOf(lease.task));
      if (seen.size === 400) stop.abort();
    }
  };
  await Promise.all([first, second, second, second].map(work));
  expect(seen.size).toBe(400);
  await expect.poll(() => second.size()).toBe(0);
  const { consumer_count } = (await manager.streams.info(`${prefix}-tasks`)).state;
  expect(consumer_count).toBeGreaterThan(2);
  expect(consumer_count).toBeLessThanOrEqual(2 * LANES);
});

test("lost tasks of a node that died are found, with more jobs than are listed one by one", async () => {
  const prefix = nodes.newPrefix();
  const { queue, close } = await openJetStream(nodes.server.url, { prefix, leaseMs: 60_000 });
  for (let n = 0; n < 300; n++) await queue.push([taskOf(`job${n}`, 0)]);
  const seen = new Set<string>();
  for (let n = 0; n < 20; n++) seen.add(nameOf((await taken(queue)).task));
  await close();
  expect(seen.size).toBe(20);
  const [living] = queuesOf(await nodes.open(1, { prefix, leaseMs })) as [TaskQueue];
  const found = new Set<string>();
  while (found.size < 300) {
    const lease = await taken(living);
    await lease.ack();
    found.add(nameOf(lease.task));
  }
  expect(found).toEqual(found.union(seen));
  await expect.poll(() => living.size()).toBe(0);
});

test("a task costs few messages", async () => {
  const options = { prefix: nodes.newPrefix(), leaseMs: 60_000 };
  const connections = await Promise.all([0, 1].map(() => connect({ servers: nodes.server.url })));
  const [first, second] = await Promise.all(connections.map((each) => openJetStream(each, options)));
  if (!first || !second) throw new Error("Two are opened.");
  const sent = () => connections.reduce((sum, each) => sum + each.stats().outMsgs, 0);
  const stop = new AbortController();
  let done = 0;
  const work = async ({ queue }: JetStreamPorts) => {
    for (let lease = await queue.take(stop.signal); lease; lease = await queue.take(stop.signal)) {
      await lease.ack();
      done++;
    }
  };
  const workers = [first, first, first, first, second, second, second, second].map(work);
  const costOf = async (jobs: readonly (readonly Task[])[]) => {
    done = 0;
    const before = sent();
    for (const tasks of jobs)
      for (let page = 0; page < tasks.length; page += 16) await first.queue.push(tasks.slice(page, page + 16));
    const count = jobs.flat().length;
    await expect.poll(() => done, { interval: 5 }).toBe(count);
    return (sent() - before) / count;
  };
  // The consumers are made.
  await costOf([tasksOf("warm", 16)]);
  // Stored, asked for and acknowledged; a few more for announcements, and for tasks that the other node took.
  expect(await costOf([tasksOf("large", 500)])).toBeLessThan(4);
  expect(await costOf(Array.from({ length: 10 }, (_, n) => tasksOf(`job${n}`, 46)))).toBeLessThan(4);
  // Announced on its own, and asked for by both nodes.
  expect(await costOf(Array.from({ length: 50 }, (_, n) => tasksOf(`single${n}`, 1)))).toBeLessThan(7);
  stop.abort();
  await Promise.all(workers);
  for (const { close } of [first, second]) await close();
  for (const each of connections) await each.close();
});

test("consumers that outlived the nodes take the lease time of the next ones", async () => {
  const prefix = nodes.newPrefix();
  const { queue, close } = await openJetStream(nodes.server.url, { prefix, leaseMs: 60_000 });
  await queue.push(tasksOf("a", 2));
  await (await taken(queue)).ack();
  await close();
  const [after] = queuesOf(await nodes.open(1, { prefix, leaseMs })) as [TaskQueue];
  const lease = await taken(after);
  expect((await taken(after)).task).toEqual(lease.task);
});

describe("tasks of a former version", () => {
  /** As version 0.1 did, with a consumer that holds the first task. @returns when the delayed one is due. */
  async function pushFormer(prefix: string, jobId: string, count: number): Promise<number> {
    const client = connection.jetstream();
    let dueAt = 0;
    for (let index = 0; index < count; index++) {
      const task = { jobId, index, priority: 7, ...(index === 1 && { exclusive: true }) };
      const delayed = headers();
      if (index === 2) {
        dueAt = Date.now() + 1000;
        delayed.set("Sightline-Not-Before", String(dueAt));
      }
      await client.publish(`${prefix}.tasks.7.${jobId}`, JSON.stringify(task), { headers: delayed });
    }
    await addFormerConsumer(prefix, jobId);
    await client.pull(`${prefix}-tasks`, `7-${jobId}`);
    return dueAt;
  }

  async function addFormerConsumer(prefix: string, jobId: string): Promise<void> {
    await manager.consumers.add(`${prefix}-tasks`, {
      durable_name: `7-${jobId}`,
      filter_subject: `${prefix}.tasks.7.${jobId}`,
      ack_policy: AckPolicy.Explicit,
    });
  }

  async function expectTasks(queues: readonly TaskQueue[], count: number, dueAt: number): Promise<void> {
    const expected = new Map(tasksOf("old", count, { priority: 7 }).map((task) => [task.parcel, task]));
    expected.set(1, { ...taskOf("old", 1, { priority: 7 }), exclusive: true });
    const parcels: number[] = [];
    let delayedAt = 0;
    while (new Set(parcels).size < count) {
      const lease = await taken(queues[parcels.length % queues.length] as TaskQueue);
      if (lease.task.parcel === 2) delayedAt = Date.now();
      await lease.ack();
      expect(lease.task).toEqual(expected.get(lease.task.parcel));
      parcels.push(lease.task.parcel);
    }
    // Each once, and the delayed one not before it is due.
    expect(parcels).toHaveLength(count);
    expect(delayedAt).toBeGreaterThanOrEqual(dueAt);
    await expect.poll(() => queues[0]?.size()).toBe(0);
  }

  test("are there when the first nodes of this version start, at the same time", async () => {
    const prefix = nodes.newPrefix();
    await manager.streams.add({
      name: `${prefix}-tasks`,
      subjects: [`${prefix}.tasks.*.*`],
      retention: RetentionPolicy.Workqueue,
    });
    const dueAt = await pushFormer(prefix, "old", 150);
    const queues = queuesOf(await nodes.open(2, { prefix }));
    expect([(await queues[0]?.jobsWithTasks())?.has("old"), await queues[0]?.size()]).toEqual([true, 150]);
    await expectTasks(queues, 150, dueAt);
  });

  test("are found while a node of that version still runs", async () => {
    const prefix = nodes.newPrefix();
    await nodes.open(1, { prefix });
    const dueAt = await pushFormer(prefix, "old", 20);
    let isOver = false;
    const running = (async () => {
      while (!isOver) await addFormerConsumer(prefix, "old").catch(() => {});
    })();
    await expectTasks(queuesOf(await nodes.open(2, { prefix })), 20, dueAt);
    isOver = true;
    await running;
  });
});
