/** `npm run cluster`, as the person at its terminal sees it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useMongoServers } from "../support/mongo-servers.ts";
import { freePort } from "../support/service.ts";

const root = join(import.meta.dirname, "../..");
const READY_WITHIN_MS = 300_000;

const servers = await useMongoServers();

/** Whether a process of the group is still there. */
function isThere(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

describe.each(servers.slice(0, 1))("a cluster with $name", ({ url }) => {
  it("ends as a whole when its terminal is closed", { timeout: 2 * READY_WITHIN_MS }, async () => {
    const cluster = spawn(process.execPath, ["scripts/run.mjs", "node", "scripts/cluster.ts"], {
      cwd: root,
      env: { ...process.env, MONGO_URL: url, PORT: String(await freePort()) },
      stdio: ["ignore", "pipe", "pipe"],
      // The group of processes to which the signal is sent.
      detached: true,
    });
    const group = cluster.pid as number;
    let output = "";
    for (const stream of [cluster.stdout, cluster.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    const exited = once(cluster, "exit");
    try {
      await expect.poll(() => output, { timeout: READY_WITHIN_MS }).toContain("Ctrl-C stops the cluster");
      process.kill(-group, "SIGHUP");
      expect(await exited).toEqual([0, null]);
      await expect.poll(() => isThere(group)).toBe(false);
    } finally {
      if (isThere(group)) process.kill(-group, "SIGKILL");
    }
  });
});
