/** Tasks of versions before 0.2, which had a subject and a consumer for each job. */
import { ConstantBackoff, handleWhen, retry } from "cockatiel";
import { AckPolicy, DeliverPolicy, type JsMsg, nanos } from "nats";
import type { Task } from "../../ports/task-queue.ts";
import type { JetStreamConnection } from "./connection.ts";
import { asJetStreamFailure, isEmpty, jetStreamCode } from "./failure.ts";
import { formerFilter } from "./lanes.ts";
import { consumerNames } from "./streams.ts";
import { formerTaskOf } from "./task-message.ts";

const CONSUMER = "former-tasks";
/** Header of a delayed one: when it is due, in milliseconds since 1970. */
const NOT_BEFORE = "Sightline-Not-Before";
/** Their own consumers: `<priority>-<job>`. */
const FORMER = /^\d-/;
const BATCH = 64;
const ACK_WAIT_MS = 30_000;
const INACTIVE_MS = 60_000;
/** "filtered consumer not unique on workqueue stream" in JetStream's error codes. */
const NOT_UNIQUE = 10100;

/** A node of a version before 0.2 may create its consumer again before ours exists. */
const untilUnique = retry(
  handleWhen((error) => jetStreamCode(error) === NOT_UNIQUE),
  { maxAttempts: 20, backoff: new ConstantBackoff(50) },
);

/**
 * Moves the tasks that are due to where this version looks for them; to be called again while there are others. Several
 * nodes may do so at the same time: they share a consumer. If one dies, what it had not moved is found
 * again after 30 s.
 * @param push Resolves once the tasks are stored.
 * @param onUnreadable Called with a message that is no task.
 * @throws STORE_UNAVAILABLE
 */
export async function adoptFormerTasks(
  jetstream: JetStreamConnection,
  push: (tasks: readonly Task[]) => Promise<void>,
  onUnreadable: (message: JsMsg) => void,
): Promise<void> {
  await untilUnique.execute(() => replaceConsumers(jetstream));
  for (;;) {
    const pull = () => jetstream.client.pull(jetstream.stream("tasks"), CONSUMER);
    const pulled = await Promise.allSettled(Array.from({ length: BATCH }, pull));
    const messages = pulled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const { due = [], delayed = [] } = Object.groupBy(messages, (each) => (remainingMs(each) > 0 ? "delayed" : "due"));
    for (const message of delayed) message.nak(remainingMs(message));
    const tasks: Task[] = [];
    for (const message of due) {
      const task = formerTaskOf(message);
      if (task) tasks.push(task);
      else onUnreadable(message);
    }
    await push(tasks);
    for (const message of due) message.ack();
    const failed = pulled.find((each) => each.status === "rejected" && !isEmpty(each.reason));
    if (failed?.status === "rejected") throw asJetStreamFailure(failed.reason);
    if (messages.length === 0) return;
  }
}

/** Removes the old consumers, because each message of a work queue can have one consumer only. */
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
      // Those that are not due yet must not keep others back.
      max_ack_pending: -1,
      inactive_threshold: nanos(INACTIVE_MS),
      mem_storage: true,
    }),
  );
}

/** Remaining delay of a task; not positive if it is due. */
function remainingMs(message: JsMsg): number {
  return Number(message.headers?.get(NOT_BEFORE) || 0) - Date.now();
}
