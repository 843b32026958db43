import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SimulationReport } from "../../cli/simulate/report.ts";
import { type CommandHost, startCommandHost } from "../support/command-host.ts";
import { sightline, startCommand } from "../support/command-line.ts";
import { samplePath } from "../support/images.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
let host: CommandHost;
const out = mkdtempSync(join(tmpdir(), "sightline-simulate-"));
beforeAll(async () => {
  host = startCommandHost();
  // The level at which requests are logged.
  service = await startService({ THREADS: "2", LOG_LEVEL: "debug" });
});
afterAll(async () => {
  await Promise.all([service.stop(), host.stop()]);
  rmSync(out, { recursive: true });
});

/** Clients that wait for their answers keep all threads busy for as long as that. */
const QUICK = ["--duration", "300ms", "--warm-up", "100ms", "--pictures", samplePath("chelsea.png")];
/** For what needs many requests. */
const LONGER = ["--duration", "800ms"];
/** For what tries many rates, each of which keeps all threads busy. */
const BRIEF = ["--duration", "100ms", "--warm-up", "30ms"];
const simulate = (...args: string[]) => host.run(service.url, "simulate", "--out", out, ...QUICK, ...args);
const report = (): SimulationReport => JSON.parse(readFileSync(join(out, "simulate.json"), "utf8"));

describe("sightline simulate", () => {
  it("reports on clients that wait for their answers", async () => {
    const { code, stdout } = await simulate(
      "--concurrency",
      "3",
      "--images",
      "4",
      "--bad",
      "0.5",
      "--want",
      "500",
      ...LONGER,
    );
    expect(code).toBe(0);
    const { figures, threads, settings, sizing } = report();
    if (!figures) throw new Error("no figures");
    const { requests, images, latencyMs, badInputs, problems } = figures;
    expect(threads).toBe(2);
    expect(settings).toMatchObject({ concurrency: 3, imagesPerRequest: 4, badShare: 0.5, seed: 1 });
    expect(requests.answered).toBeGreaterThan(0);
    expect(requests).toMatchObject({ sent: requests.answered, failed: 0 });
    expect(figures.errors).toEqual({});
    // What was bad was refused, and nothing else.
    expect(images.done + images.withProblem).toBe(4 * requests.answered);
    expect(images.withProblem).toBe(badInputs);
    // A busy machine may not come to all kinds.
    const kinds = ["EMPTY_IMAGE", "UNDECODABLE_IMAGE", "UNSUPPORTED_MEDIA_TYPE"];
    expect(kinds).toEqual(expect.arrayContaining(Object.keys(problems)));
    expect(Object.values(problems).reduce((sum, count) => sum + count, 0)).toBe(badInputs);
    const { p50, p75, p90, p95, p99, max } = latencyMs;
    const ascending = [0, p50, p75, p90, p95, p99, max * 1.001];
    expect(ascending).toEqual(ascending.toSorted((a, b) => a - b));
    expect(figures.imagesPerSecond).toBeCloseTo(images.done / figures.seconds, 6);
    expect(sizing?.threads).toBe(Math.ceil(500 / ((figures.imagesPerSecond / 2) * 0.8)));
    expect(stdout).toMatch(/500 images\/s need \d+ threads?/);

    const html = readFileSync(join(out, "simulate.html"), "utf8");
    expect(html).toContain("<svg");
    expect(html).not.toMatch(/https?:\/\/(?!127\.0\.0\.1)/);
    expect(html).not.toMatch(/<script|<link|NaN|undefined|Infinity/);
  });

  it("asks for the models that it is told, with their options", async () => {
    expect((await simulate("--models", "faces-haar", "--min-size", "48")).code).toBe(0);
    expect(report().settings).toMatchObject({ models: "faces-haar", minSize: 48 });
    expect(report().figures?.errors).toEqual({});
    await simulate("--models", "unknown");
    expect(Object.keys(report().figures?.errors ?? {})).toEqual(["MODEL_NOT_FOUND"]);
  });

  it("fails by a code of its own if a result exceeds a limit", async () => {
    const kept = await simulate("--concurrency", "1", "--fail-if", "errors>0", "--fail-if", "p99>1h");
    expect(kept).toMatchObject({ code: 0, stderr: "" });
    expect(report().limits).toEqual({ failIf: ["errors>0", "p99>1h"], exceeded: [] });
    // In a process of its own, which has to end.
    const args = ["--models", "unknown", "--fail-if", "rate<1/s", "--fail-if", "p50>1h"];
    const { code, stderr } = await sightline(service.url, "simulate", "--out", out, ...QUICK, ...args);
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: "sightline: rate<1/s: there was no answer\nsightline: p50>1h: there was no answer\n",
    });
    expect(readFileSync(join(out, "simulate.html"), "utf8")).toContain("rate&lt;1/s: there was no answer");
  });

  it("sends at a rate at the same random times with the same seed", async () => {
    const sent: number[] = [];
    for (const seed of ["7", "7"]) {
      expect((await simulate("--rate", "40", "--seed", seed, ...LONGER)).code).toBe(0);
      sent.push(report().figures?.requests.sent ?? 0);
    }
    // 40 per second for 0.8 s, whatever the machine is busy with: arrivals do not wait for answers.
    expect(sent[0]).toBe(sent[1]);
    expect(sent[0]).toBeGreaterThan(12);
    expect(sent[0]).toBeLessThan(60);
  });

  it("finds a rate that is good below all that are not", async () => {
    const args = ["--ramp", "--rate", "200", "--limit-p95", "50ms", ...BRIEF];
    const { code } = await simulate(...args);
    expect(code).toBe(0);
    const { ramp, figures } = report();
    const rates = (isGood: boolean) =>
      ramp?.trials.filter((trial) => trial.isGood === isGood).map((trial) => trial.requestsPerSecond) ?? [];
    expect(rates(false).length).toBeGreaterThan(0);
    if (ramp?.kneeRequestsPerSecond == null) return expect(figures).toBeUndefined();
    expect(rates(true)).toContain(ramp.kneeRequestsPerSecond);
    expect(ramp.kneeRequestsPerSecond).toBeLessThan(Math.min(...rates(false)));
    expect(figures?.latencyMs.p95).toBeLessThanOrEqual(50);
  }, 120_000);

  it("stopped by Ctrl-C, it reports on what it has measured", async () => {
    const args = ["simulate", "--out", out, ...QUICK, "--duration", "60s", "--concurrency", "2"];
    const running = startCommand(service.url, args);
    const requests = () => service.log.filter((line) => line.includes("/process")).length;
    const before = requests();
    await expect.poll(requests).toBeGreaterThan(before + 10);
    running.process.kill("SIGINT");
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toContain("images/s");
    expect(report().settings.durationMs).toBe(60_000);
  });
});
