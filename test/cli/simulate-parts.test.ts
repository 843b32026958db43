/** The pure parts of `sightline simulate`. */
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type ImageMix, loadImageMix } from "../../cli/simulate/image-mix.ts";
import { exceeded, parseLimit } from "../../cli/simulate/limits.ts";
import { makeLoad } from "../../cli/simulate/load.ts";
import { findKnee, kneeOf } from "../../cli/simulate/ramp.ts";
import { seededRandom } from "../../cli/simulate/random.ts";
import type { LoadFigures } from "../../cli/simulate/recorder.ts";
import type { SimulationReport } from "../../cli/simulate/report.ts";
import { type Outcome, outcomeOf, Sender } from "../../cli/simulate/sender.ts";
import { describeSizing, sizingFor } from "../../cli/simulate/sizing.ts";
import { summarize } from "../../cli/simulate/summary.ts";
import { simulateCommand } from "../../cli/simulate.ts";
import { samplePath } from "../support/images.ts";

it("writes its report by default to a folder that git does not keep, and so do others", async ({ skip }) => {
  const root = join(import.meta.dirname, "../..");
  // An archive of the sources has no repository.
  if (spawnSync("git", ["rev-parse"], { cwd: root }).status !== 0) skip();
  const { defaultValue } = simulateCommand("samples").options.find(({ long }) => long === "--out") ?? {};
  for (const folder of [`${defaultValue}/`, "sightline-lfw/"])
    expect(spawnSync("git", ["check-ignore", folder], { cwd: root, encoding: "utf8" }).stdout.trim()).toBe(folder);
});

it("a ramp that was interrupted during its first rate does not say that the rate was too much", () => {
  const report = { threads: 2, ramp: { trials: [], kneeRequestsPerSecond: null } } as unknown as SimulationReport;
  expect(summarize(report)).toBe("No rate was measured.");
});

describe("the ramp", () => {
  const settings = { startRate: 20, tolerance: 0.03, maxTrials: 40 };
  const never = new AbortController().signal;
  const find = (isGood: (rate: number, trial: number) => boolean, overrides = {}) => {
    let tried = 0;
    const tryRate = async (requestsPerSecond: number) => ({
      requestsPerSecond,
      isGood: isGood(requestsPerSecond, tried++),
    });
    return findKnee(tryRate, { ...settings, ...overrides }, never);
  };

  it.each([7, 20, 21, 333, 1_700, 25_000])("finds a capacity of %d within 3 per cent", async (capacity) => {
    const knee = kneeOf(await find((rate) => rate <= capacity))?.requestsPerSecond ?? 0;
    expect(knee).toBeLessThanOrEqual(capacity);
    expect(knee).toBeGreaterThan(capacity / 1.031);
  });

  it("does not take hiccups for the knee", async () => {
    // One trial of three is bad for no reason of the service's; never three in a row at one rate.
    const knee = kneeOf(await find((rate, trial) => rate <= 500 && trial % 3 !== 1))?.requestsPerSecond ?? 0;
    expect(knee).toBeGreaterThan(500 / 1.031);
    const twice =
      kneeOf(await find((rate, trial) => rate <= 500 && trial !== 2 && trial !== 3))?.requestsPerSecond ?? 0;
    expect(twice).toBeGreaterThan(500 / 1.031);
  });

  it("ends where nothing is good, or everything", async () => {
    expect(kneeOf(await find(() => false))).toBeUndefined();
    expect(await find(() => true, { maxTrials: 12 })).toHaveLength(12);
  });

  it("ends when it is told to", async () => {
    const stop = new AbortController();
    const tryRate = async (requestsPerSecond: number) => {
      if (requestsPerSecond > 100) stop.abort();
      return { requestsPerSecond, isGood: true };
    };
    expect((await findKnee(tryRate, settings, stop.signal)).map((trial) => trial.requestsPerSecond)).toEqual([
      20, 40, 80,
    ]);
  });
});

describe("limits", () => {
  const figures = {
    requests: { sent: 200, answered: 197, failed: 3 },
    imagesPerSecond: 49.96,
    latencyMs: { p50: 20, p95: 200.04, p99: 1500 },
  } as LoadFigures;
  const exceededBy = (text: string) => exceeded([parseLimit(text)], figures);

  it.each([
    ["p95>200ms", ["p95>200ms: it is 200.0 ms"]],
    ["p95 > 0.3s", []],
    ["p50<20ms", []],
    ["p50<21ms", ["p50<21ms: it is 20.0 ms"]],
    ["p99>1s", ["p99>1s: it is 1500.0 ms"]],
    ["errors>3", []],
    ["errors>2", ["errors>2: it is 3"]],
    ["errors>1%", ["errors>1%: it is 1.50 %"]],
    ["errors>1.5%", []],
    ["rate<50/s", ["rate<50/s: it is 50.0 images/s"]],
    ["rate<49.9/s", []],
  ])("%s", (text, failures) => {
    expect(exceededBy(text)).toEqual(failures);
  });

  it("are exceeded where nothing was measured", () => {
    expect(exceeded([parseLimit("p95>1h")], undefined)).toEqual(["p95>1h: there was no answer"]);
  });

  it.each([
    ["p95=200ms", "It must be a limit such as p95>200ms, errors>0, errors>1% or rate<50/s."],
    ["p95>", "It must be a limit such as p95>200ms, errors>0, errors>1% or rate<50/s."],
    ["", "It must be a limit such as p95>200ms, errors>0, errors>1% or rate<50/s."],
    ["p98>1s", '"p98" is none of p50, p75, p90, p95, p99, errors, rate.'],
    ["p95>200", "p95 is compared with a time such as 200ms or 1.5s."],
    ["errors>101%", "errors are compared with a whole number such as 0, or with a share such as 1%."],
    ["errors>0.5", "errors are compared with a whole number such as 0, or with a share such as 1%."],
    ["rate<50", "rate is compared with images per second such as 50/s."],
  ])("%s is refused", (text, message) => {
    expect(() => parseLimit(text)).toThrow(message);
  });
});

describe("random numbers", () => {
  it("are the same with the same seed, and even", () => {
    const numbers = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 20_000 }, () => random.next());
    };
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1).slice(0, 9)).not.toEqual(numbers(2).slice(0, 9));
    expect(numbers(2 ** 40)).not.toEqual(numbers(0));
    const mean = numbers(5).reduce((sum, value) => sum + value, 0) / 20_000;
    expect(mean).toBeCloseTo(0.5, 1);
  });

  it("make gaps whose mean and spread are those of independent arrivals", () => {
    const random = seededRandom(9);
    const gaps = Array.from({ length: 50_000 }, () => random.gapMs(200));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    expect(mean / 5).toBeCloseTo(1, 1);
    expect(deviation / 5).toBeCloseTo(1, 1);
  });
});

it("an answer is counted for what it says", () => {
  const images = [{ faces: [] }, { problem: { code: "EMPTY_IMAGE" } }];
  expect(outcomeOf(200, JSON.stringify({ images }))).toEqual({ done: 1, problems: ["EMPTY_IMAGE"] });
  expect(outcomeOf(503, '{"code":"OVERLOADED"}')).toEqual({ error: "OVERLOADED", done: 0, problems: [] });
  expect(outcomeOf(502, "<html>")).toEqual({ error: "HTTP_502", done: 0, problems: [] });
  expect(outcomeOf(200, "<html>")).toEqual({ error: "HTTP_200", done: 0, problems: [] });
});

it("each client measures an answer, though answers take longer than the whole load", async () => {
  const lateFrom = performance.now() + 50;
  const send = async (): Promise<Outcome> => {
    while (performance.now() < lateFrom) await new Promise(setImmediate);
    return { done: 1, problems: [] };
  };
  const mix = { next: () => ({ body: Buffer.of(), badInputs: 0 }) } as unknown as ImageMix;
  const times = { durationMs: 10, warmUpMs: 10, signal: new AbortController().signal };
  const { recorder } = await makeLoad(
    { mix, random: seededRandom(1), send },
    { arrivals: { concurrency: 3 }, ...times },
  );
  expect(recorder.figures().requests).toEqual({ sent: 3, answered: 3, failed: 0 });
});

it("a load that is interrupted does not wait for its next request", async () => {
  const interruption = new AbortController();
  const mix: ImageMix = { imageCount: 1, next: () => ({ body: Buffer.alloc(0), badInputs: 0 }) };
  const load = makeLoad(
    { mix, random: { ...seededRandom(1), gapMs: () => 3_600_000 }, send: async () => ({ done: 1, problems: [] }) },
    {
      ...{ arrivals: { requestsPerSecond: 1 }, durationMs: 7_200_000, warmUpMs: 0, signal: interruption.signal },
      onProgress: () => interruption.abort(),
    },
  );
  expect((await load).recorder.figures().requests.sent).toBe(0);
});

it("a wanted rate needs threads with room to spare", () => {
  const sizing = sizingFor(500, { imagesPerSecond: 200, threads: 2, isLimit: true });
  expect(sizing).toMatchObject({ imagesPerSecondPerThread: 100, threads: 7, replicas: 4 });
  expect(describeSizing(sizing, 2)).toContain("500 images/s need 7 threads, which is 4 replicas of 2 threads");
  expect(describeSizing({ ...sizing, isOfLimit: false }, 2)).toContain("fewer may do");
});

it("a key with a line break at its end, as a file has it, is sent without it", async () => {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers["x-api-key"]);
    response.end('{"images":[]}');
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as { port: number };
  const sender = new Sender({ url: `http://127.0.0.1:${port}`, key: "of a file\n", timeoutMs: 10_000 });
  expect(await sender.send(Buffer.from("x"))).toEqual({ done: 0, problems: [] });
  expect(keys).toEqual(["of a file"]);
  sender.close();
  server.close();
});

it("sends requests through the proxy of the environment where Node is told to", async () => {
  const asked: (string | undefined)[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url);
    response.end('{"images":[]}');
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    vi.unstubAllEnvs();
    proxy.close();
  });
  vi.stubEnv("NODE_USE_ENV_PROXY", "1");
  vi.stubEnv("HTTP_PROXY", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  const sender = new Sender({ url: "http://sightline.invalid", timeoutMs: 10_000 });
  expect(await sender.send(Buffer.from("x"))).toEqual({ done: 0, problems: [] });
  expect(asked).toEqual(["http://sightline.invalid/process"]);
  sender.close();
});

it("sends bad inputs of all kinds", async () => {
  const sources = [samplePath("chelsea.png")];
  const mix = await loadImageMix({ sources, badShare: 1, imagesPerRequest: 40 }, seededRandom(1));
  const { body, badInputs } = mix.next();
  expect(badInputs).toBe(40);
  const names = Array.from(body.toString("latin1").matchAll(/filename="([^"]*)"/g), ([, name]) => name);
  expect(new Set(names)).toEqual(new Set(["chelsea.png", "empty.jpg", "notes.jpg", "noise.jpg"]));
});

it("takes an existing folder for what it is, though its name ends like a weight, and others for a weight", async () => {
  const root = mkdtempSync(join(tmpdir(), "sightline-pictures-"));
  const image = samplePath("chelsea.png");
  for (const [folder, name] of [
    ["album=2024", "of-2024.png"],
    ["album", "of-album.png"],
  ] as const) {
    mkdirSync(join(root, folder));
    copyFileSync(image, join(root, folder, name));
  }
  const namesOf = async (...sources: string[]) => {
    const paths = sources.map((source) => join(root, source));
    const settings = { sources: paths, badShare: 0, imagesPerRequest: 200 };
    const { body } = (await loadImageMix(settings, seededRandom(1))).next();
    return Array.from(body.toString("latin1").matchAll(/filename="([^"]*)"/g), ([, name]) => name);
  };
  expect(new Set(await namesOf("album=2024"))).toEqual(new Set(["of-2024.png"]));
  const mixed = await namesOf("album=2024=1", "album=3");
  const ofAlbum = mixed.filter((name) => name === "of-album.png").length;
  rmSync(root, { recursive: true });
  expect(mixed).toHaveLength(200);
  expect(ofAlbum).toBeGreaterThan(120);
  expect(ofAlbum).toBeLessThan(180);
});

it("sends the files of a folder, whatever else has a name like theirs, and escapes the names", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-pictures-"));
  const image = samplePath("chelsea.png");
  copyFileSync(image, join(folder, 'a "quoted"\r\nbroken.png'));
  symlinkSync(image, join(folder, "link.png"));
  symlinkSync("not there", join(folder, "dangling.png"));
  mkdirSync(join(folder, "folder.png"));
  const pipe = join(folder, "pipe.png");
  execFileSync("mkfifo", [pipe]);
  const settings = { badShare: 0, imagesPerRequest: 20 };
  const mix = await loadImageMix({ sources: [folder], ...settings }, seededRandom(1));
  const alone = loadImageMix({ sources: [pipe], ...settings }, seededRandom(1));
  await expect(alone).rejects.toThrow(`${pipe} is neither a file nor a folder.`);
  rmSync(folder, { recursive: true });
  expect(mix.imageCount).toBe(2);
  const names = mix
    .next()
    .body.toString("latin1")
    .match(/filename="[^"]*"/g);
  expect([...new Set(names)].sort()).toEqual(['filename="a %22quoted%22%0D%0Abroken.png"', 'filename="link.png"']);
});
