/** The limit to compare with: plain OpenCV in separate processes, built from `opencv-limit.cpp`. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { cascadePath, compileLimit } from "./many-cores/native-limits.ts";

const run = promisify(execFile);

export interface PlainOpenCv {
  /** Images per second of `processes` processes together, and the median time of one image in milliseconds. */
  measure(processes: number, threads: number, seconds: number): Promise<{ imagesPerSecond: number; medianMs: number }>;
}

/** @param folder A folder in which to build the program. */
export function buildPlainOpenCv(folder: string, paths: readonly string[]): PlainOpenCv {
  const program = compileLimit("opencv-limit", folder);
  return {
    async measure(processes, threads, seconds) {
      const args = [cascadePath, String(seconds), String(threads), ...paths];
      const outputs = await Promise.all(Array.from({ length: processes }, () => run(program, args)));
      const results = outputs.map(({ stdout }) => stdout.trim().split(" ").map(Number) as [number, number, number]);
      return {
        imagesPerSecond: results.reduce((sum, [images, elapsed]) => sum + images / elapsed, 0),
        medianMs: median(results.map(([, , ms]) => ms)),
      };
    },
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
