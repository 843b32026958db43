import type { JsMsg } from "nats";
import type { Lease, Task } from "../../ports/task-queue.ts";
import type { JetStreamConnection } from "./connection.ts";

export interface LeaseTerms {
  readonly task: Task;
  readonly leaseMs: number;
  /** Time of expiry by `performance.now()`, no later than JetStream's own. */
  readonly expiresAt: number;
  readonly onRetry: (delayMs: number) => void;
}

/** Lease of a message. Nothing is sent after expiry, since JetStream accepts late acknowledgements. */
export function leaseOf(
  jetstream: JetStreamConnection,
  message: JsMsg,
  { task, leaseMs, expiresAt, onRetry }: LeaseTerms,
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
    task,
    id: String(message.info.streamSequence),
    delivery: message.info.deliveryCount,
    ack: async () => {
      // If the acknowledgement is lost, the task is redelivered; the caller could do no better.
      if (end()) await message.ackAck({ timeout: jetstream.timeoutMs }).catch(() => false);
    },
    extend: async () => {
      // While no server can be told of the extension, another node may get the task.
      if (!isHeld() || !jetstream.isConnected) return;
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
