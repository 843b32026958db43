/** Progress of downloads on a terminal. */

export const MiB = 2 ** 20;

/** Updates a progress line on a terminal; prints nothing elsewhere. */
export function progressOf({ name, bytes }: { readonly name: string; readonly bytes: number }): (done: number) => void {
  if (!process.stderr.isTTY) return () => {};
  let shown = -1;
  return (done) => {
    const percent = Math.floor((done / bytes) * 100);
    if (percent === shown) return;
    shown = percent;
    process.stderr.write(`\r${name}: ${percent} % of ${(bytes / MiB).toFixed(1)} MiB${done === bytes ? "\n" : ""}`);
  };
}
