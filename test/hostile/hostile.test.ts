/** The short form of `hostile.ts`: each kind of fault at least once. Linux, as root, with `ip` and `nft`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../support/service.ts";
import { canMakeNetworks } from "./can-make-networks.ts";
import { KINDS } from "./faults.ts";

const WITHIN_MS = 900_000;

it.skipIf(!canMakeNetworks)("nothing is lost, doubled, or told wrongly", { timeout: WITHIN_MS }, async () => {
  const folder = temporaryFolder();
  // After a failure it is needed to see why.
  onTestFinished(({ task }) => {
    if (task.result?.state === "pass") rmSync(folder, { recursive: true });
  });
  const options = ["--minutes", "0", "--seed", "1", "--clients", "2", "--pause", "2", "--folder", folder];
  const child = spawn(process.execPath, [join(import.meta.dirname, "hostile.ts"), ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill());
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
  const [code] = await once(child, "close");
  expect(code, output.join("")).toBe(0);
  const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
  expect(report.violations).toEqual([]);
  // Otherwise nothing was tested.
  const injected = Object.values(report.faults as Record<string, number>).reduce((sum, count) => sum + count, 0);
  expect(injected).toBeGreaterThanOrEqual(KINDS);
  expect(report.jobs).toBeGreaterThan(0);
});
