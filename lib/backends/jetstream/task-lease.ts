import type { JsMsg } from "nats";
import type { Lease, Task } from "../../ports/task-queue.ts";
import type { JetStreamConnection } from "./connection.ts";

export interface LeaseTerms {
  readonly leaseMs: number;
  /** When it runs out, by `performance.now()`: no later than JetStream holds it to be. */
  readonly expiresAt: number;
  readonly onRetry: (delayMs: number) => void;
}

/** A message in a consumer's hands. JetStream would take an acknowledgement that comes too late; so it is not sent. */
export function leaseOf(
  jetstream: JetStreamConnection,
  message: JsMsg,
  { leaseMs, expiresAt, onRetry }: LeaseTerms,
): Lease {
  const { connection } = jetstream;
  let endsAt = expiresAt;
  const isHeld = () => performance.now() < endsAt && !connection.isClosed() && !connection.isDraining();
  const end = () => {
    const wasHeld = isHeld();
    endsAt = 0;
    return wasHeld;
  };
  return {
    task: message.json<Task>(),
    delivery: message.info.deliveryCount,
    ack: async () => {
      // Where it does not arrive, the task comes again: nothing that the caller could do better.
      if (end()) await message.ackAck({ timeout: jetstream.timeoutMs }).catch(() => false);
    },
    extend: async () => {
      if (!isHeld()) return;
      endsAt = performance.now() + leaseMs;
      message.working();
    },
    retry: async (delayMs) => {
      if (!end()) return;
      message.nak(delayMs);
      onRetry(delayMs);
    },
  };
}
