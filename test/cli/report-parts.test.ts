/** The figures and pages of reports. */
import { describe, expect, it } from "vitest";
import { imageLine } from "../../cli/dataset/csv.ts";
import { EvenSampler } from "../../cli/dataset/sampler.ts";
import { findingsByModel } from "../../cli/findings.ts";
import { barChart, lineChart, shortNumber } from "../../cli/report/chart.ts";
import { Durations } from "../../cli/report/durations.ts";
import { htmlTable, page } from "../../cli/report/page.ts";
import { Timeline } from "../../cli/report/timeline.ts";

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

  it("have no box for faces without one", () => {
    const of = (...faces: object[]) => {
      const result = { width: 20, height: 10, results: { "face-encoding": { version: "1", faces } } };
      const image = { index: 0, fileName: "a", sha256: "f", bytes: 2, state: "done", attempts: 1, result };
      return imageLine(image as unknown as Parameters<typeof imageLine>[0]);
    };
    const encoding = [0.6, 0.8];
    expect(of({ encoding }, { encoding })).toBe("0,a,f,2,done,20,10,2,,,,,,\r\n");
    expect(of({ encoding, box: [1, 2, 3, 4] }, { encoding })).toBe("0,a,f,2,done,20,10,2,1 2 3 4,,,,,\r\n");
  });

  it("keep what is in a cell in its cell", () => {
    const image = { index: 1, fileName: '=A1,"x"', sha256: "f", bytes: 2, state: "failed" as const, attempts: 1 };
    const problem = { type: "t", title: "t", status: 422, code: "EMPTY_IMAGE" as const, detail: "line\nbreak" };
    expect(imageLine({ ...image, problem })).toBe(`1,"'=A1,""x""",f,2,failed,,,,,,,,EMPTY_IMAGE,"line\nbreak"\r\n`);
  });
});

it("tables say of the face of a remote encoder that it has no box", () => {
  const encoded = { encoding: Array(128).fill(0.5) };
  const boxed = { box: [1, 2, 3, 4], score: 0.951, ...encoded };
  expect(findingsByModel({ faces: [encoded, [1, 2, 3, 4]] as never })).toEqual([["", "no box [1, 2, 3, 4]"]]);
  expect(findingsByModel({ results: { "face-encoding": { faces: [encoded, boxed] } } as never })).toEqual([
    ["face-encoding", "no box encoded in 128 numbers; [1, 2, 3, 4] 0.95 encoded in 128 numbers"],
  ]);
});
