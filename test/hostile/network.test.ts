/** The network of a hostile cluster does what it says. Linux, as root, with `ip` and `nft`. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const isRoot = process.getuid?.() === 0;
const hasPrograms = ["ip", "nft", "unshare"].every((program) => spawnSync(program, ["--version"]).error === undefined);
if (!isRoot || !hasPrograms)
  console.warn("\n!!! NO ROOT, OR NO ip, nft OR unshare: THE NETWORK OF THE HOSTILE CLUSTER IS NOT TESTED !!!\n");

it.skipIf(!isRoot || !hasPrograms)("cuts one way, loses, slows, and heals", () => {
  const output = execFileSync(process.execPath, [join(import.meta.dirname, "network-check.ts")], { encoding: "utf8" });
  expect(JSON.parse(output)).toEqual({
    before: true,
    "cut there": false,
    "cut back": false,
    lossy: true,
    slow: true,
    after: true,
  });
});
