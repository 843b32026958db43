/**
 * A reference image and the cascade's expected result. A node that does not reproduce it does not start.
 *
 * `self-check.jpg` is cut from NASA's portrait of Eileen Collins (public domain). The boxes are those of plain OpenCV
 * with default options; `test/unit/self-check.test.ts` verifies them with OpenCV.
 */
import { readFileSync } from "node:fs";
import type { Box } from "../contracts/receipt.ts";

const EXPECTED_FACES: readonly Box[] = [[48, 40, 111, 111]];

export function selfCheckFile(): Buffer {
  return readFileSync(new URL("./self-check.jpg", import.meta.url));
}

/** Networks have references of their own, which each thread compares on loading (`ModelRegistry`). */
export function isSelfCheckPassed(answer: { faces: readonly Box[] } | { results: object }): boolean {
  return "results" in answer || JSON.stringify(answer.faces) === JSON.stringify(EXPECTED_FACES);
}
