/** The network of a hostile cluster does what it says. Linux, as root, with `ip` and `nft`. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const works = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
const canMakeNetworks = works("unshare", "--net", "--mount", "--pid", "--fork", "true") && works("nft", "--version");
if (!canMakeNetworks)
  console.warn("\n!!! NO RIGHT TO MAKE NETWORKS, OR NO nft: THE NETWORK OF THE HOSTILE CLUSTER IS NOT TESTED !!!\n");

it.skipIf(!canMakeNetworks)("cuts one way, loses, slows, and heals", () => {
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
