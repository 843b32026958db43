/**
 * The real vision worker, but for files that end in a command: those do as a fault in native code would. What follows
 * the command's first words only makes files differ.
 */
import { pbkdf2Sync } from "node:crypto";
import type { Timed, VisionTask, WorkerAnswer } from "../../../lib/vision/task.ts";
import see from "../../../workers/vision.worker.ts";

export { describe } from "../../../workers/vision.worker.ts";

const COMMAND = /\ntest: (\w+) (\w*)[^\n]*$/;
const forever = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

export default function crash(task: Timed<VisionTask>): WorkerAnswer | Promise<WorkerAnswer> {
  const [, command, argument] = COMMAND.exec(Buffer.from(task.file.subarray(-64)).toString("latin1")) ?? [];
  if (command === "crash") {
    process.kill(process.pid, argument as NodeJS.Signals);
    // A signal of its own comes when the process gets to it; that of a fault stops the thread at the fault.
    Atomics.wait(forever, 0, 0);
  }
  // Native code that nothing ends but the end of the process, for hours.
  if (command === "hang") pbkdf2Sync("", "", 2 ** 31 - 1, 64, "sha512");
  if (command === "slow") Atomics.wait(forever, 0, 0, Number(argument));
  return see(task);
}
