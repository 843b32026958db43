/** The network of a hostile cluster does what it says. Linux, as root, with `ip` and `nft`. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { canMakeNetworks } from "./can-make-networks.ts";

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
