import { expect, it } from "vitest";
import { growth } from "./bounds.ts";
import { handlesOf, memoryMiB, type Sample, treeOf } from "./measure.ts";
import { csvOf, svgOf } from "./report.ts";

/** A sample of each second of 100, with memory and handles by the second. */
const run = (memory: (second: number) => number, handles: (second: number) => number): Sample[] =>
  Array.from({ length: 100 }, (_, seconds) => ({
    seconds,
    memoryMiB: memory(seconds),
    handles: handles(seconds),
    processes: 1,
    diskMiB: 1,
    answers: 10,
    medianMs: 1,
    p99Ms: 2,
  }));
const level = () => 100;

it("what levels off has not grown, however it began", () => {
  expect(
    growth(
      run((second) => Math.min(100, 3 * second), level),
      100,
    ),
  ).toEqual([]);
});

it("what goes on growing has, and what was not measured is not said to be level", () => {
  expect(
    growth(
      run((second) => 100 + second, level),
      100,
    ),
  ).toEqual(["memory grew from 162 to 187 MiB"]);
  expect(
    growth(
      run(level, (second) => second),
      100,
    ),
  ).toEqual(["handles grew from 62 to 87"]);
  expect(growth(run(level, level).slice(0, 70), 100)).toEqual(["a quarter of the run has no samples"]);
});

it("a process is measured with all that it has started", () => {
  expect(treeOf(process.pid)).toContain(process.pid);
  expect(memoryMiB(process.pid)).toBeGreaterThan(20);
  expect(handlesOf(process.pid)).toBeGreaterThan(3);
});

it("the samples become a table and one picture", () => {
  const samples = run(level, level);
  expect(csvOf(samples).split("\n").slice(0, 2)).toEqual([
    "seconds,memoryMiB,handles,processes,diskMiB,answers,medianMs,p99Ms",
    "0,100,100,1,1,10,1,2",
  ]);
  const svg = svgOf(samples);
  expect(svg.match(/<svg /g)).toHaveLength(5);
  expect(svg.match(/<\/svg>/g)).toHaveLength(5);
  for (const axis of ["resident memory, MiB", "open files and sockets", "data folder, MiB"])
    expect(svg).toContain(axis);
});
