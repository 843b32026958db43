import type { JsMsg } from "nats";
import type { Task } from "../../ports/task-queue.ts";
import { isId } from "../id.ts";
import { jsonOf } from "./message-json.ts";

/**
 * The task of a message; undefined if this version cannot read it, for example because a later version has written it.
 * Unknown members are kept.
 */
export function taskOf(message: JsMsg): Task | undefined {
  const value = jsonOf(message);
  return isTask(value) ? value : undefined;
}

/** The task of a message from a version before 0.2, which stands for one image; undefined if it is no such task. */
export function formerTaskOf(message: JsMsg): Task | undefined {
  const { jobId, index, priority, exclusive } = Object(jsonOf(message));
  const task = { jobId, parcel: index, images: 1, priority, ...(exclusive && { exclusive: true }) };
  return isTask(task) ? task : undefined;
}

/**
 * The notice about a message that cannot be read.
 * @param others Number of further messages of its kind that came before it without a notice.
 */
export function unreadable({ subject, seq, info: { stream } }: JsMsg, isFormer: boolean, others: number): string {
  const more = others > 0 ? ` Further messages like it: ${others}.` : "";
  const message = `Message ${seq} of stream ${stream} in NATS, ${subject}, is no task that this version can read.${more}`;
  if (isFormer) return `${message} It is removed, since no later version writes to such a subject.`;
  return `${message} It is left for nodes of a later version. If there are none, remove it: nats stream rmm ${stream} ${seq}`;
}

/** @param others How many more subjects are unknown. */
export function unknownSubject(stream: string, subject: string, others: number): string {
  const more = others > 0 ? `. Further subjects that no task has: ${others}` : "";
  return `Messages of stream ${stream} in NATS, ${subject}, are no tasks that this version can read. They are left for nodes of a later version. If there are none, remove them: nats stream purge ${stream} --subject ${subject}${more}`;
}

function isTask(value: unknown): value is Task {
  if (typeof value !== "object" || value === null) return false;
  const { jobId, parcel, image, images, priority } = value as Readonly<Record<string, unknown>>;
  return (
    typeof jobId === "string" &&
    isId(jobId) &&
    isCount(parcel) &&
    (image === undefined || isCount(image)) &&
    isCount(images) &&
    images > 0 &&
    isCount(priority) &&
    priority <= 9
  );
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
