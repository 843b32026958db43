import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { type: "major"; flavor: "last-resort" }) => void;

let collect: Collect | undefined;

/**
 * Collects the garbage of this thread. V8 does that only when it needs memory, so images of the last requests would
 * stay in memory until others arrive. Blocks the thread for some ten milliseconds.
 */
export function collectGarbage(): void {
  if (!collect) {
    // The function exists only in contexts that are created after the flag was set.
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as Collect;
  }
  // V8 itself uses this flavor before it runs out of memory. It also returns pages that have become free.
  collect({ type: "major", flavor: "last-resort" });
}
