/** Messages on the subjects of a cluster that its nodes do not understand. */
import { connect } from "nats";
import { expect, test } from "vitest";
import { openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import { natsOptions } from "../../lib/transport/nats-options.ts";
import { eventOf, readAll } from "../ports/sample-events.ts";
import { tasksOf } from "../ports/sample-tasks.ts";
import { JetStreamNodes, taken } from "../support/jetstream-nodes.ts";

const nodes = JetStreamNodes.use();

test.each(["queued", "erased"])("a node reads on after a message on %s that it cannot read", async (subject) => {
  const connection = await connect(natsOptions(nodes.server.url));
  const disconnects: string[] = [];
  void (async () => {
    for await (const { type } of connection.status()) if (type === "disconnect") disconnects.push(type);
  })();
  const prefix = nodes.newPrefix();
  const node = await openJetStream(connection, { prefix, leaseMs: 60_000, timeoutMs: 20_000 });
  const stranger = await connect({ servers: nodes.server.url });
  for (const message of ["no JSON", "{}", "null"]) stranger.publish(`${prefix}.${subject}`, message);
  await stranger.drain();
  await node.queue.push(tasksOf("a", 1));
  const lease = await taken(node.queue);
  await lease.ack();
  expect(disconnects).toEqual([]);
  await node.close();
  await connection.close();
});

const LATER = { jobId: "later", parcel: 0, images: 1, priority: 5, colour: "blue" };

test.each([
  ["that is no JSON", "no JSON"],
  ["without a job", "{}"],
  ["that is null", "null"],
  ["whose parcel has another form", JSON.stringify({ ...LATER, parcel: { from: 0, to: 31 } })],
])("a task %s is left in the queue, and said once; nodes go on with the others", async (_name, text) => {
  const notices: string[] = [];
  const node = await nodes.openOne({ onNotice: (notice) => notices.push(notice) });
  const prefix = nodes.lastPrefix;
  const stranger = await connect({ servers: nodes.server.url });
  const jetstream = stranger.jetstream();
  const { seq, stream } = await jetstream.publish(`${prefix}.tasks.5.0.later.1`, text);
  await jetstream.publish(`${prefix}.tasks.5.0.later.1`, JSON.stringify(LATER));
  const lease = await taken(node.queue);
  expect(lease.task).toEqual(LATER);
  await lease.ack();
  expect(notices).toEqual([
    `Message ${seq} of stream ${stream} in NATS, ${prefix}.tasks.5.0.later.1, is no task that this version can read. It is left for nodes of a later version. If there are none, remove it: nats stream rmm ${stream} ${seq}`,
  ]);
  const manager = await stranger.jetstreamManager();
  await expect.poll(async () => (await manager.streams.info(stream)).state.messages).toBe(1);
  expect((await manager.streams.getMessage(stream, { seq })).string()).toBe(text);
  await stranger.close();
});

test("of many messages on a task's subject that are none, the log has one line at a time", async () => {
  const notices: string[] = [];
  const node = await nodes.openOne({ onNotice: (notice) => notices.push(notice) });
  const stranger = await connect({ servers: nodes.server.url });
  for (let n = 0; n < 50; n++) stranger.publish(`${nodes.lastPrefix}.tasks.5.0.later.1`, "no JSON");
  await stranger.flush();
  const lease = node.queue.take();
  const stream = `${nodes.lastPrefix}-tasks`;
  const manager = await stranger.jetstreamManager();
  const delivered = async () => {
    const consumers = await manager.consumers.list(stream).next();
    return consumers.reduce((sum, { num_ack_pending }) => sum + num_ack_pending, 0);
  };
  await expect.poll(delivered).toBe(50);
  await node.queue.push(tasksOf("a", 1));
  await (await lease)?.ack();
  expect(notices).toEqual([expect.stringContaining(`Message 1 of stream ${stream} in NATS`)]);
  await stranger.close();
});

test("a message on a subject that no task has is left, and said once; it counts as no image, and no lane is asked for it", async () => {
  const prefix = nodes.newPrefix();
  const before = await openJetStream(nodes.server.url, { prefix, leaseMs: 60_000, timeoutMs: 20_000 });
  await before.close();
  const stranger = await connect({ servers: nodes.server.url });
  const subject = `${prefix}.tasks.abc.zz.x.y`;
  const { stream } = await stranger.jetstream().publish(subject, "no JSON");
  const notices: string[] = [];
  const onNotice = (notice: string) => notices.push(notice);
  const node = await openJetStream(nodes.server.url, {
    prefix,
    leaseMs: 60_000,
    timeoutMs: 20_000,
    pollMs: 50,
    onNotice,
  });
  await node.queue.push(tasksOf("a", 1));
  const lease = await taken(node.queue);
  expect(await node.queue.size()).toBe(1);
  await lease.ack();
  const next = node.queue.take();
  await node.queue.push(tasksOf("b", 1));
  await (await next)?.ack();
  expect(await node.queue.size()).toBe(0);
  const manager = await stranger.jetstreamManager();
  const consumers = await manager.consumers.list(stream).next();
  expect(consumers.map(({ name }) => name)).toEqual(consumers.map(() => expect.stringMatching(/^lane-5-\d+$/)));
  expect(notices).toEqual([expect.stringContaining(`nats stream purge ${stream} --subject ${subject}`)]);
  await stranger.close();
  await node.close();
});

test("of many subjects that no task has, the log names one, and the next when it is gone", async () => {
  const prefix = nodes.newPrefix();
  const options = { prefix, leaseMs: 60_000, timeoutMs: 20_000, pollMs: 50 };
  const before = await openJetStream(nodes.server.url, options);
  await before.close();
  const stranger = await connect({ servers: nodes.server.url });
  const jetstream = stranger.jetstream();
  const manager = await stranger.jetstreamManager();
  const publish = (name: string) => jetstream.publish(`${prefix}.tasks.abc.zz.x.${name}`, "no JSON");
  const { stream } = await publish("a");
  await publish("b");
  const notices: string[] = [];
  const node = await openJetStream(nodes.server.url, { ...options, onNotice: (notice) => notices.push(notice) });
  await expect.poll(() => notices).toHaveLength(1);
  for (const name of ["c", "d", "e"]) await publish(name);
  const named = notices[0]?.includes("x.a") ? "a" : "b";
  await manager.streams.purge(stream, { filter: `${prefix}.tasks.abc.zz.x.${named}` });
  await expect.poll(() => notices.length).toBe(2);
  expect(notices[0]).toMatch(/ --subject \S+\.x\.[ab]\. Further subjects that no task has: 1$/);
  expect(notices[1]).toMatch(/ --subject \S+\.x\.[a-e]\. Further subjects that no task has: 3$/);
  await stranger.close();
  await node.close();
});

test("what a stranger announces is not counted", async () => {
  const node = await nodes.openOne({ pollMs: 600_000 });
  // So many subjects that they are not listed.
  await node.queue.push(Array.from({ length: 300 }, (_, n) => tasksOf(`j${n}`, 1)).flat());
  await node.queue.size();
  const stranger = await connect({ servers: nodes.server.url });
  const announcements = [
    ["a", "b", "c"],
    [5, 0, 1],
    [5, 1, 1, -1],
  ];
  stranger.publish(`${nodes.lastPrefix}.queued`, JSON.stringify({ from: "a stranger", announcements }));
  await stranger.drain();
  await node.queue.push(tasksOf("last", 1));
  expect(await node.queue.size()).toBe(301);
});

test("a task of a version before 0.2 that cannot be read is removed, and said", async () => {
  const prefix = nodes.newPrefix();
  const before = await openJetStream(nodes.server.url, { prefix, leaseMs: 60_000, timeoutMs: 20_000 });
  await before.close();
  const stranger = await connect({ servers: nodes.server.url });
  const { seq, stream } = await stranger.jetstream().publish(`${prefix}.tasks.5.a`, "no JSON");
  const task = { jobId: "a", index: 3, priority: 5 };
  await stranger.jetstream().publish(`${prefix}.tasks.5.a`, JSON.stringify(task));
  const notices: string[] = [];
  const onNotice = (notice: string) => notices.push(notice);
  const node = await openJetStream(nodes.server.url, { prefix, leaseMs: 60_000, timeoutMs: 20_000, onNotice });
  const lease = await taken(node.queue);
  expect(lease.task).toEqual({ jobId: "a", parcel: 3, images: 1, priority: 5 });
  await lease.ack();
  expect(notices).toEqual([expect.stringMatching(new RegExp(`^Message ${seq} of stream ${stream} .* is removed`))]);
  const manager = await stranger.jetstreamManager();
  await expect.poll(async () => (await manager.streams.info(stream)).state.messages).toBe(0);
  await stranger.close();
  await node.close();
});

test("messages among the events that are none are left out, and said once, however many they are", async () => {
  const notices: string[] = [];
  const node = await nodes.openOne({ onNotice: (notice) => notices.push(notice) });
  const subject = `${nodes.lastPrefix}.events._.a`;
  await node.log.append([eventOf("a", 0)]);
  const stranger = await connect({ servers: nodes.server.url });
  const texts = ["no JSON", "{}", "null", JSON.stringify({ ...eventOf("a", 7), data: null }), ""];
  // More than are read at once.
  for (let n = 0; n < 60; n++) for (const text of texts) await stranger.jetstream().publish(subject, text);
  const [last] = await node.log.append([eventOf("a", 1)]);
  expect(last).toMatchObject({ after: 301 });
  const expected = [0, 1].map((n) => eventOf("a", n).id);
  for (const jobId of [undefined, "a"])
    expect((await readAll(node.log, 10, jobId)).map(({ event }) => event.id)).toEqual(expected);
  expect((await node.log.read({ after: 1, limit: 1 })).map(({ sequence }) => sequence)).toEqual([302]);
  expect(await node.log.sweep("3000-01-01T00:00:00.000Z")).toBe(301);
  expect(notices).toEqual([
    `Message 2 of stream ${nodes.lastPrefix}-events in NATS, ${subject}, is no event that this version can read. It is left out, and so are others like it.`,
  ]);
  await stranger.close();
});

test.each([300, 2100])("%d messages behind the last event that are none are read once", async (count) => {
  const node = await nodes.openOne();
  const prefix = nodes.lastPrefix;
  await node.log.append([eventOf("a", 0)]);
  const stranger = await connect({ servers: nodes.server.url });
  for (let n = 0; n < count; n++) stranger.publish(`${prefix}.events._.a`, "no JSON");
  await stranger.flush();
  await expect.poll(() => node.log.lastSequence()).toBe(count + 1);
  expect(await node.log.read({ after: 1, limit: 10 })).toEqual([]);
  const asked = stranger.subscribe(`$JS.API.CONSUMER.CREATE.${prefix}-events.>`);
  await stranger.flush();
  expect(await node.log.read({ after: 1, limit: 10 })).toEqual([]);
  expect(await node.log.read({ after: 1, limit: 10, owner: null })).toEqual([]);
  await stranger.flush();
  expect(asked.getReceived()).toBe(0);
  await node.log.append([eventOf("a", 1)]);
  expect(await node.log.read({ after: 1, limit: 10 })).toMatchObject([{ sequence: count + 2 }]);
  await stranger.close();
});

test("a page of one event is not asked for once for each message before it that is none", async () => {
  const node = await nodes.openOne();
  const prefix = nodes.lastPrefix;
  await node.log.append([eventOf("a", 0)]);
  const stranger = await connect({ servers: nodes.server.url });
  // More than a node keeps in memory, which are read many at once.
  for (let n = 0; n < 2100; n++) stranger.publish(`${prefix}.events._.a`, "no JSON");
  await stranger.flush();
  await node.log.append([eventOf("a", 1)]);
  const asked = stranger.subscribe(`$JS.API.CONSUMER.CREATE.${prefix}-events.>`);
  await stranger.flush();
  expect(await node.log.read({ after: 1, limit: 1 })).toMatchObject([{ sequence: 2102 }]);
  await stranger.flush();
  const count = asked.getReceived();
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThan(20);
  await stranger.close();
});
