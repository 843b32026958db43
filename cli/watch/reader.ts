/** Notices when nobody reads standard output any more. */
import { spawn } from "node:child_process";
import { fstatSync } from "node:fs";

/**
 * Calls back when the reader of a pipe has gone, as `head` does in `watch | head -1`, even while there is nothing to
 * print. Node alone notices it only when it writes. The system notifies GNU tail, which is therefore started here.
 * Without tail, a later line ends the command.
 */
export function onReaderGone(tell: () => void): void {
  if (!fstatSync(process.stdout.fd).isFIFO()) return;
  const tail = spawn("tail", ["-f", `--pid=${process.pid}`, "/dev/null"], { stdio: ["ignore", "inherit", "ignore"] });
  tail.on("error", () => {});
  tail.on("exit", (_, signal) => {
    if (signal === "SIGPIPE") tell();
  });
  tail.unref();
}
