/** Tells when nobody reads standard output any more. */
import { spawn } from "node:child_process";
import { fstatSync } from "node:fs";

/**
 * Calls back when the reader of a pipe has gone, as `head` does in `watch | head -1`, also while there is nothing to
 * print. Node notices only when it writes; GNU tail is told by the system. Without it, a later line ends the command.
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
