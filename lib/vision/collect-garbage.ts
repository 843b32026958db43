import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { type: "major"; flavor: "last-resort" }) => void;

let collect: Collect | undefined;

/**
 * Collects the garbage of this thread, which V8 does only when it needs memory: images of the last requests stay in
 * memory for as long as no other arrives. Blocks the thread for some ten milliseconds.
 */
export function collectGarbage(): void {
  if (!collect) {
    // The function exists in contexts that are made after the flag was set.
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as Collect;
  }
  // The flavor that V8 uses before it runs out of memory: it also gives back the pages that have become free.
  collect({ type: "major", flavor: "last-resort" });
}
