import { expect, it } from "vitest";
import { Throughput } from "../../lib/jobs/throughput.ts";

it("is the rate of the last ten seconds", () => {
  const throughput = new Throughput();
  expect(throughput.imagesPerSecond(0)).toBe(0);
  throughput.note(32, 1_000);
  expect(throughput.imagesPerSecond(1_100)).toBe(32);
  throughput.note(8, 5_000);
  expect(throughput.imagesPerSecond(5_000)).toBe(10);
  expect(throughput.imagesPerSecond(11_000)).toBe(8 / 6);
  expect(throughput.imagesPerSecond(15_000)).toBe(0);
});

it("needs no more memory after many days in which nobody asked than after some seconds", () => {
  const throughput = new Throughput();
  const heapBytes = () => {
    gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = heapBytes();
  for (let second = 0; second < 1_000_000; second++) throughput.note(1, second * 1_000);
  expect(heapBytes() - before).toBeLessThan(5_000_000);
  expect(throughput.imagesPerSecond(1_000_000_000)).toBe(1);
});
