/** The output of the process: a log that cannot be written, such as one on a full disk, must not end the service. */
import { destination } from "pino";

/** Text that waits for a slow reader, or for room on the disk. Beyond it, entries are lost. */
const MAX_WAITING_BYTES = 2 ** 24;

/** Without it, a standard output or error that cannot be written would end the process. */
export function ignoreOutputErrors(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

/** Where the entries of the log go. Those that cannot be written are tried again with the next one. */
export function logOutput(fd = 1): ReturnType<typeof destination> {
  const output = destination({ fd, sync: false, maxLength: MAX_WAITING_BYTES });
  let isFailing = false;
  output.on("error", () => {
    isFailing = true;
  });
  output.on("write", () => {
    isFailing = false;
  });
  // Called at the end of the process, where sonic-boom would try again for ever.
  const flush = output.flushSync.bind(output);
  output.flushSync = () => {
    if (!isFailing) flush();
  };
  return output;
}
