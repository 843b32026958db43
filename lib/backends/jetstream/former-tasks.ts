/** Tasks of versions before 0.2, which had a subject and a consumer for each job. */
import { ConstantBackoff, handleWhen, retry } from "cockatiel";
import { AckPolicy, DeliverPolicy, nanos } from "nats";
import type { Task } from "../../ports/task-queue.ts";
import type { JetStreamConnection } from "./connection.ts";
import { remainingMs } from "./due-time.ts";
import { asJetStreamFailure, isEmpty, jetStreamCode } from "./failure.ts";
import { formerFilter } from "./lanes.ts";
import { consumerNames } from "./streams.ts";
import { formerTaskOf, unreadable } from "./task-message.ts";

const CONSUMER = "former-tasks";
/** Their own consumers: `<priority>-<job>`. */
const FORMER = /^\d-/;
const BATCH = 64;
const ACK_WAIT_MS = 30_000;
const INACTIVE_MS = 60_000;
/** "filtered consumer not unique on workqueue stream" in JetStream's error codes. */
const NOT_UNIQUE = 10100;

/** A node of such a version may create its consumer again before ours is there. */
const untilUnique = retry(
  handleWhen((error) => jetStreamCode(error) === NOT_UNIQUE),
  { maxAttempts: 20, backoff: new ConstantBackoff(50) },
);

/**
 * Moves the tasks to where this version looks for them. Several nodes may do so at the same time: they share a
 * consumer. If one dies, what it had not moved is found again after 30 s.
 * @param push Resolves once the tasks are stored.
 * @param onNotice Is told of a message that is no task.
 * @throws STORE_UNAVAILABLE
 */
export async function adoptFormerTasks(
  jetstream: JetStreamConnection,
  push: (tasks: readonly Task[], delayMs?: number) => Promise<void>,
  onNotice: (notice: string) => void,
): Promise<void> {
  await untilUnique.execute(() => replaceConsumers(jetstream));
  for (;;) {
    const pull = () => jetstream.client.pull(jetstream.stream("tasks"), CONSUMER);
    const pulled = await Promise.allSettled(Array.from({ length: BATCH }, pull));
    const messages = pulled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const due: Task[] = [];
    const pushes: Promise<void>[] = [];
    for (const message of messages) {
      const task = formerTaskOf(message);
      const delayMs = remainingMs(message);
      if (!task) onNotice(unreadable(message, true));
      else if (delayMs > 0) pushes.push(push([task], delayMs));
      else due.push(task);
    }
    await Promise.all([push(due), ...pushes]);
    for (const message of messages) message.ack();
    const failed = pulled.find((each) => each.status === "rejected" && !isEmpty(each.reason));
    if (failed?.status === "rejected") throw asJetStreamFailure(failed.reason);
    if (messages.length === 0) return;
  }
}

/** Each message of a work queue is for one consumer only. */
async function replaceConsumers(jetstream: JetStreamConnection): Promise<void> {
  const { consumers } = jetstream.manager;
  const stream = jetstream.stream("tasks");
  const former = (await jetstream.ask(() => consumerNames(jetstream, stream))).filter((name) => FORMER.test(name));
  for (const name of former) await jetstream.find(() => consumers.delete(stream, name));
  await jetstream.ask(() =>
    consumers.add(stream, {
      durable_name: CONSUMER,
      filter_subject: formerFilter(jetstream.prefix),
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      inactive_threshold: nanos(INACTIVE_MS),
      mem_storage: true,
    }),
  );
}
