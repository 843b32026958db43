/**
 * The real vision worker, except that a file ending in a command simulates a fault in native code. Text after the
 * command's first words only makes files differ.
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
    // A sent signal is delivered some time later, whereas a real fault stops the thread at once.
    Atomics.wait(forever, 0, 0);
  }
  // Native code that runs for hours and can only be ended with the process.
  if (command === "hang") pbkdf2Sync("", "", 2 ** 31 - 1, 64, "sha512");
  if (command === "slow") Atomics.wait(forever, 0, 0, Number(argument));
  return see(task);
}
