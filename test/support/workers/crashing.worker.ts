/**
 * The real vision worker, except that a file ending in a command simulates a fault in native code. Text after the
 * command's first words only makes files differ. If the file SIGHTLINE_TEST_CONTROL exists, slow images last as long as
 * it exists, and the process is killed as soon as an image hangs.
 */
import { existsSync, openSync, readSync } from "node:fs";
import type { Timed, VisionTask, WorkerAnswer } from "../../../lib/vision/task.ts";
import see from "../../../workers/vision.worker.ts";

export { describe } from "../../../workers/vision.worker.ts";

const COMMAND = /\ntest: (\w+) (\w*)[^\n]*$/;
const control = process.env.SIGHTLINE_TEST_CONTROL ?? "";
const forever = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

export default function crash(task: Timed<VisionTask>): WorkerAnswer | Promise<WorkerAnswer> {
  const [, command, argument] = COMMAND.exec(Buffer.from(task.file.subarray(-64)).toString("latin1")) ?? [];
  if (command === "crash") {
    process.kill(process.pid, argument as NodeJS.Signals);
    // Waits, because a signal is delivered some time after it was sent, whereas a real fault stops the thread at once.
    Atomics.wait(forever, 0, 0);
  }
  // Kills the process like something else would.
  if (command === "hang" && existsSync(control)) process.kill(process.pid, "SIGKILL");
  // Native code that never returns and can only be ended with the process: nobody ever writes to a new pseudoterminal.
  if (command === "hang") readSync(openSync("/dev/ptmx", "r+"), Buffer.alloc(1));
  if (command === "slow") Atomics.wait(forever, 0, 0, Number(argument));
  while (command === "slow" && existsSync(control)) Atomics.wait(forever, 0, 0, 10);
  return see(task);
}
