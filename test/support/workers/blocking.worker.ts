/** A stand-in for the vision worker that does its work without giving up the thread: `block 100` takes 100 ms. */
import type { VisionTask, WorkerAnswer } from "../../../lib/vision/task.ts";

const detection = { sha256: "0".repeat(64), width: 1, height: 1, faces: [], timings: { decodeMs: 0, inferenceMs: 0 } };

export default function block({ file }: VisionTask): WorkerAnswer {
  const [command, argument] = Buffer.from(file).toString().split(" ");
  if (command === "block") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(argument));
  return { detection };
}
