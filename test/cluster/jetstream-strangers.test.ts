/** Messages on the subjects of a cluster that its nodes do not understand. */
import { connect } from "nats";
import { expect, test } from "vitest";
import { openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import { natsOptions } from "../../lib/transport/nats-options.ts";
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
