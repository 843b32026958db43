/** Finds the files of the project that a file loads. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const STATEMENT = /^(?:import|export)\s(?!type\s)(?:[^"']*?\sfrom\s)?["'](\.[^"']+)["']/gm;
/** Matches the addresses of files by which threads are started. */
const ADDRESS = /new URL\("(\.[^"]+\.[cm]?[jt]s)", import\.meta\.url\)/g;

/** The file and all files that it loads, directly or not, as paths from `root`, sorted. */
export function withImports(root: string, file: string): string[] {
  const found = new Set<string>();
  const waiting = [file];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    if (next.endsWith(".json")) continue;
    const source = readFileSync(join(root, next), "utf8");
    for (const pattern of [STATEMENT, ADDRESS])
      for (const [, path = ""] of source.matchAll(pattern)) waiting.push(join(dirname(next), path));
  }
  return [...found].sort();
}
