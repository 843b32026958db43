/** The pure parts of the command line. */
import { describe, expect, it } from "vitest";
import { decimal, duration, wholeNumber } from "../../cli/command.ts";
import { csvLine } from "../../cli/dataset/csv.ts";
import { addEncoding, type MeanEncoding, noEncodings } from "../../cli/dataset/mean-encoding.ts";
import { EvenSampler } from "../../cli/dataset/sampler.ts";
import { sentName } from "../../cli/dataset/source.ts";
import { DatasetSummary } from "../../cli/dataset/summary.ts";
import { batchesOf } from "../../cli/files.ts";
import { barChart, lineChart, shortNumber } from "../../cli/report/chart.ts";
import { Durations } from "../../cli/report/durations.ts";
import { htmlTable, page } from "../../cli/report/page.ts";
import { Timeline } from "../../cli/report/timeline.ts";
import { findKnee, kneeOf } from "../../cli/simulate/ramp.ts";
import { seededRandom } from "../../cli/simulate/random.ts";
import { outcomeOf } from "../../cli/simulate/sender.ts";
import { describeSizing, sizingFor } from "../../cli/simulate/sizing.ts";
import { clockTime, progressBar, StatusLine, table } from "../../cli/terminal.ts";
import type { Job, JobImage } from "../../client/sightline-client.ts";

describe("the mean encoding", () => {
  const random = seededRandom(3);
  const encodings = Array.from({ length: 5_000 }, () => Array.from({ length: 128 }, () => random.next() - 0.5));
  const meanOf = (all: readonly number[][]) => all.reduce<MeanEncoding>(addEncoding, noEncodings);

  it("is the mean, in whatever order the encodings come", () => {
    const { count, mean } = meanOf(encodings);
    const plain = mean.map((_, i) => encodings.reduce((sum, encoding) => sum + (encoding[i] as number), 0) / 5_000);
    const backwards = meanOf(encodings.toReversed()).mean;
    expect(count).toBe(5_000);
    for (const [i, value] of mean.entries()) {
      expect(Math.abs(value - (plain[i] as number))).toBeLessThan(1e-9);
      expect(Math.abs(value - (backwards[i] as number))).toBeLessThan(1e-9);
    }
  });

  it("does not change with what is equal to it, nor mix lengths", () => {
    expect(
      meanOf([
        [0.1, 0.2],
        [0.1, 0.2],
        [0.1, 0.2],
      ]),
    ).toEqual({ count: 3, mean: [0.1, 0.2] });
    expect(() => meanOf([[1], [1, 2]])).toThrow(RangeError);
  });
});

describe("the summary of a data set", () => {
  const job = { createdAt: "2026-01-01T00:00:00Z" } as Job;
  const image = (index: number, faces: object[]): JobImage =>
    ({
      index,
      fileName: `${index}.jpg`,
      state: "done",
      results: { "face-encoding": { faces } },
    }) as unknown as JobImage;

  it("takes the mean of all encodings, where the model gives any", () => {
    const summary = new DatasetSummary(job);
    summary.add(image(0, [{ encoding: [1, 0] }, { encoding: [0, 1] }]));
    summary.add(image(1, []));
    summary.add(image(2, [{ encoding: [2, 2] }]));
    expect(summary.answer()).toEqual({
      images: 3,
      done: 3,
      failed: 0,
      imagesWithFaces: 2,
      faces: 3,
      failuresByCode: {},
      encodings: 3,
      meanEncoding: [1, 1],
    });
  });
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

it("a wanted rate needs threads with room to spare", () => {
  const sizing = sizingFor(500, { imagesPerSecond: 200, threads: 2, isLimit: true });
  expect(sizing).toMatchObject({ imagesPerSecondPerThread: 100, threads: 7, replicas: 4 });
  expect(describeSizing(sizing, 2)).toContain("500 images/s need 7 threads, which is 4 replicas of 2 threads");
  expect(describeSizing({ ...sizing, isOfLimit: false }, 2)).toContain("fewer may do");
});

describe("figures", () => {
  it("of durations are within a thousandth", () => {
    const durations = new Durations();
    for (let ms = 1; ms <= 1000; ms++) durations.add(ms);
    const { count, mean, p50, p95, p99, max } = durations.figures();
    expect(count).toBe(1000);
    for (const [value, expected] of [
      [mean, 500.5],
      [p50, 500],
      [p95, 950],
      [p99, 990],
      [max, 1000],
    ] as const)
      expect(Math.abs(value / expected - 1)).toBeLessThan(0.002);
    expect(new Durations().figures()).toEqual({ count: 0, mean: 0, p50: 0, p75: 0, p90: 0, p95: 0, p99: 0, max: 0 });
  });

  it("over time take a bounded number of steps and lose nothing", () => {
    const timeline = new Timeline({ stepMs: 100, maxSteps: 8 });
    for (let ms = 0; ms < 10_000; ms += 10) timeline.add(ms);
    const points = timeline.perSecond();
    expect(points.length).toBeLessThanOrEqual(8);
    expect(points[0]).toEqual([0.8, 100]);
    const stepSeconds = 1.6;
    expect(points.reduce((sum, [, rate]) => sum + rate * stepSeconds, 0)).toBeCloseTo(1000);
  });

  it("are sampled evenly", () => {
    const sampler = new EvenSampler<number>(10);
    for (let n = 0; n < 1_000; n++) sampler.add(n);
    const items = sampler.items();
    expect(items).toHaveLength(10);
    expect(items[0]).toBe(0);
    const gaps = items.slice(1).map((item, n) => item - (items[n] as number));
    expect(Math.max(...gaps) / Math.min(...gaps)).toBeLessThanOrEqual(2);
    expect(items.at(-1)).toBeGreaterThan(800);
  });
});

describe("reports", () => {
  it("escape what comes from outside", () => {
    const html = page({ title: "<a>", lead: "&", parts: [htmlTable(["<b>"], [['"x"']])] });
    expect(html).toContain("&lt;a&gt;");
    expect(html).not.toMatch(/<[ab]>/);
  });

  it("draw charts of nothing, of one value and of many", () => {
    const chart = { x: "x", y: "y", label: "l" };
    const charts = [
      lineChart(chart, []),
      lineChart(chart, [{ name: "a", points: [[0, 0]] }]),
      lineChart(chart, [
        {
          name: "a",
          points: [
            [0, -0.3],
            [1, -0.1],
          ],
        },
      ]),
      lineChart(
        chart,
        [
          {
            name: "a",
            points: [
              [1, 3],
              [2, 400],
            ],
          },
          { name: "b", points: [] },
        ],
        { y: 500, name: "limit" },
      ),
      barChart(chart, []),
      barChart(
        chart,
        Array.from({ length: 50 }, (_, n): [string, number] => [`${n}`, n * 0.01]),
      ),
    ];
    for (const svg of charts) expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("write numbers for people", () => {
    expect([0, 3, 0.123456, 12.345, 1234.5, 0.1 + 0.2].map(shortNumber)).toEqual([
      "0",
      "3",
      "0.123",
      "12.3",
      "1235",
      "0.3",
    ]);
  });

  it("keep what is in a cell in its cell", () => {
    const image = { index: 1, fileName: '=A1,"x"', sha256: "f", bytes: 2, state: "failed" as const, attempts: 1 };
    const problem = { type: "t", title: "t", status: 422, code: "EMPTY_IMAGE" as const, detail: "line\nbreak" };
    expect(csvLine({ ...image, problem })).toBe(`1,"'=A1,""x""",f,2,failed,,,,,,,,EMPTY_IMAGE,"line\nbreak"\r\n`);
  });
});

it.each([
  ["lfw/Ann_Lee/Ann_Lee_0001.jpg", "Ann_Lee_0001.jpg"],
  ["people/ann/1.jpg", "ann_1.jpg"],
  ["1.jpg", "1.jpg"],
  ["./1.jpg", "1.jpg"],
])("%s is sent as %s", (path, name) => {
  expect(sentName(path)).toBe(name);
});

it("files are sent in requests of bounded size", () => {
  const file = (size: number) => ({ fileName: "x", content: { size } as Blob });
  const sizes = (files: readonly number[]) => batchesOf(files.map(file)).map((batch) => batch.length);
  expect(sizes([])).toEqual([]);
  expect(sizes(Array(130).fill(1))).toEqual([64, 64, 2]);
  expect(sizes([1, 100 * 2 ** 20, 1, 1])).toEqual([1, 1, 2]);
});

describe("the terminal", () => {
  it("shows times, bars and columns", () => {
    expect([0, 75, 3700, -1].map(clockTime)).toEqual(["0:00", "1:15", "1:01:40", "0:00"]);
    expect(progressBar(0.5, 4)).toBe("[##--]  50%");
    expect(progressBar(2, 4)).toBe("[####] 100%");
    expect(
      table(
        ["a", "n", "b"],
        [
          ["xx", 1, ""],
          ["y", 10, "z"],
        ],
      ),
    ).toBe("a    n  b\nxx   1\ny   10  z");
  });

  const written = (isTTY: boolean) => {
    let text = "";
    const write = (more: string) => {
      text += more;
      return true;
    };
    const status = new StatusLine({ isTTY, columns: 10, write } as unknown as NodeJS.WriteStream);
    status.show(() => "working on it");
    status.say("done");
    return text;
  };

  it("is drawn upon only if it is one", () => {
    expect(written(true)).toBe("\rworking o\x1b[K\r\x1b[Kdone\n");
    expect(written(false)).toBe("done\n");
  });
});

it("options are checked", () => {
  expect([duration("500ms"), duration("1.5s"), duration("2m"), duration("3")]).toEqual([500, 1500, 120_000, 3000]);
  for (const text of ["", "0s", "-1s", "1 day", "s"]) expect(() => duration(text)).toThrow("time such as");
  expect(wholeNumber(1, 9)("9")).toBe(9);
  for (const text of ["0", "10", "1.5", "", "1e1"]) expect(() => wholeNumber(1, 9)(text)).toThrow("from 1 to 9");
  expect(decimal(0, 1)("0.25")).toBe(0.25);
  for (const text of ["2", "x", "", "NaN"]) expect(() => decimal(0, 1)(text)).toThrow("from 0 to 1");
});
