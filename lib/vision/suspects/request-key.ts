/** Identifies images and the requests made of them. */
import { hash } from "node:crypto";
import type { PoolTask, Timed } from "../task.ts";
import type { JournalEntry } from "./in-progress-journal.ts";

const KEY_LENGTH = 16;

/** SHA-256 of an image file, or of a tensor, in lower-case hexadecimal. */
export function sha256Of(file: Uint8Array): string {
  return hash("sha256", file, "hex");
}

/**
 * Identifies a task's request, without its bytes and remaining time: an image may be harmless to one model or set of
 * options and not to another.
 */
export function requestKey(task: PoolTask & Partial<Timed<unknown>>): string {
  const { file: _file, sha256: _sha256, timeLimitMs: _timeLimitMs, ...request } = task;
  const text = JSON.stringify(request);
  if (text !== last.text) last = { text, key: hash("sha1", text, "hex").slice(0, KEY_LENGTH) };
  return last.key;
}

/** The last key is kept, because consecutive images usually have the same request. */
let last = { text: "", key: "" };

export function entryOf(task: PoolTask): JournalEntry {
  return { sha256: sha256Of(task.file), request: requestKey(task) };
}
