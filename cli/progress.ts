/** Progress of downloads. */
import { progressLine, type StatusLine } from "./terminal.ts";

export const MiB = 2 ** 20;

/** Shows how much of a file is there. */
export function downloadProgress(
  { name, bytes }: { readonly name: string; readonly bytes: number },
  status: StatusLine,
): (done: number) => void {
  return (done) =>
    status.show((width) =>
      progressLine({ what: name, fraction: done / bytes, details: `of ${(bytes / MiB).toFixed(1)} MiB` }, width),
    );
}
