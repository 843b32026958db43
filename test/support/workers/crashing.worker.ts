/**
 * The real vision worker, but for files that are text: those do as a fault in native code would. What follows the first
 * word only makes files differ.
 */
import type { VisionTask, WorkerAnswer } from "../../../lib/vision/task.ts";
import see from "../../../workers/vision.worker.ts";

export { describe } from "../../../workers/vision.worker.ts";

const forever = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

export default function crash(task: VisionTask): WorkerAnswer | Promise<WorkerAnswer> {
  const [command, argument] = Buffer.from(task.file.subarray(0, 64)).toString("latin1").split(" ");
  if (command === "crash") {
    process.kill(process.pid, "SIGSEGV");
    // A signal of its own comes when the process gets to it; that of a fault stops the thread at the fault.
    Atomics.wait(forever, 0, 0);
  }
  if (command === "abort") process.abort();
  // Neither ends before the process does, whatever is asked of the thread.
  if (command === "wait") Atomics.wait(forever, 0, 0);
  if (command === "spin") for (;;);
  if (command === "slow") Atomics.wait(forever, 0, 0, Number(argument));
  return see(task);
}
