/** The unit of docs/bundle.md, as systemd itself reads it. systemd need not run for that. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { works } from "../../scripts/debian-packages.ts";
import { readText } from "../support/deployment.ts";
import { hasPackages } from "../support/skipped-tests.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-unit-"));
afterAll(() => rmSync(folder, { recursive: true }));

const unit = /^```ini\n([\s\S]*?)^```/m.exec(readText("docs/bundle.md"))?.[1] ?? "";
const directives = new Map(Array.from(unit.matchAll(/^(\w+)=(.*)$/gm), ([, name = "", value = ""]) => [name, value]));

/** @returns the exit status, and what systemd complains of. */
function analyze(text: string, command: string, ...options: string[]) {
  const file = join(folder, "sightline.service");
  // Which program it is does not matter, but it must be there.
  writeFileSync(file, text.replace(/^ExecStart=\S+/m, "ExecStart=/bin/true"));
  const { status, stderr } = spawnSync("systemd-analyze", [command, ...options, file], { encoding: "utf8" });
  return { status, stderr };
}

const hasSystemd = works("systemd-analyze", "--version") || hasPackages("the unit for systemd", "systemd");

describe.skipIf(!hasSystemd)("systemd", () => {
  it("knows each line of the unit", () => {
    expect(analyze(unit, "verify")).toEqual({ status: 0, stderr: "" });
    expect(analyze(unit.replace("UMask=", "Umask="), "verify").stderr).toContain("Umask");
  });

  it("calls the service less exposed than 3.5 of 10", () => {
    const options = ["--offline=true", "--threshold=35"];
    expect(analyze(unit, "security", ...options).status).toBe(0);
    expect(analyze(unit.replace("CapabilityBoundingSet=\n", ""), "security", ...options).status).toBe(1);
  });
});

it("gives the service time to finish, and starts it again for as long as it takes", () => {
  // SHUTDOWN_TIMEOUT_MS is 30 s by default.
  expect(Number(directives.get("TimeoutStopSec"))).toBeGreaterThanOrEqual(35);
  expect(directives.get("KillMode")).toBe("mixed");
  expect(directives.get("OOMPolicy")).toBe("continue");
  // systemd gives up after five starts within ten seconds.
  expect(Number(directives.get("RestartSec"))).toBeGreaterThan(2);
});

it("lets it make the sockets that it needs", () => {
  expect(directives.get("RestrictAddressFamilies")?.split(" ").sort()).toEqual([
    "AF_INET",
    "AF_INET6",
    "AF_NETLINK",
    "AF_UNIX",
  ]);
  expect(directives.has("MemoryDenyWriteExecute")).toBe(false);
});
