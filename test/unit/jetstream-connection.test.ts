import { EventEmitter, on } from "node:events";
import { Events, type JetStreamManager, type NatsConnection, NatsError, type PubAck } from "nats";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { JetStreamConnection, PAUSE_MS } from "../../lib/backends/jetstream/connection.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A connection whose server answers as the test says, and the messages that were sent. */
function brokenConnection() {
  const sent: PromiseWithResolvers<PubAck>[] = [];
  const changes = new EventEmitter();
  async function* status() {
    for await (const [type] of on(changes, "status")) yield { type };
  }
  const publish = () => {
    const acknowledged = Promise.withResolvers<PubAck>();
    sent.push(acknowledged);
    return acknowledged.promise;
  };
  const connection = { jetstream: () => ({ publish }), status, isClosed: () => false };
  const jetstream = new JetStreamConnection(
    {} as JetStreamManager,
    connection as unknown as NatsConnection,
    "sightline",
    2_500,
  );
  return { jetstream, sent, changes };
}

it("sends a message no more once it is acknowledged", async () => {
  const { jetstream, sent, changes } = brokenConnection();
  const publishing = jetstream.publish("sightline.tasks.1", "a task");
  sent[0]?.reject(new NatsError("timeout", "TIMEOUT"));
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
  changes.emit("status", Events.Reconnect);
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  const ack: PubAck = { stream: "sightline-tasks", domain: "", seq: 1, duplicate: false };
  sent[1]?.resolve(ack);
  expect(await publishing).toBe(ack);
  vi.advanceTimersByTime(PAUSE_MS);
  expect(sent).toHaveLength(2);
});
