/** What tells apart images, and what is asked of them. */
import { hash } from "node:crypto";
import type { TensorTask, Timed, VisionTask } from "../task.ts";

const KEY_LENGTH = 16;

/** SHA-256 of an image file, or of a tensor, in lower-case hexadecimal. */
export function sha256Of(file: Uint8Array): string {
  return hash("sha256", file, "hex");
}

/**
 * Stands for everything of a task but its bytes and the time that is left for it: an image may be harmless to one model, or with one set of options,
 * and not to another.
 */
export function requestKey(task: (VisionTask | TensorTask) & Partial<Timed<unknown>>): string {
  const { file: _file, sha256: _sha256, timeLimitMs: _timeLimitMs, ...request } = task;
  const text = JSON.stringify(request);
  if (text !== last.text) last = { text, key: hash("sha1", text, "hex").slice(0, KEY_LENGTH) };
  return last.key;
}

/** Most images are asked the same as the one before. */
let last = { text: "", key: "" };
