/** A substitute for the vision worker that keeps its thread: `block <path>` ends when the file exists. */
import { existsSync } from "node:fs";
import type { VisionTask, WorkerAnswer } from "../../../lib/vision/task.ts";

const forever = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const detection = { sha256: "0".repeat(64), width: 1, height: 1, faces: [], timings: { decodeMs: 0, inferenceMs: 0 } };

export default function block({ file }: VisionTask): WorkerAnswer {
  const [command, argument = ""] = Buffer.from(file).toString().split(" ");
  if (command === "block") while (!existsSync(argument)) Atomics.wait(forever, 0, 0, 5);
  return { detection };
}
