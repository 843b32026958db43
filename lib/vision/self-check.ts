/**
 * A reference image and what the cascade must find in it: a node that does not reproduce it serves nobody.
 *
 * `self-check.jpg` is cut from NASA's portrait of Eileen Collins (public domain). The boxes are those of plain
 * OpenCV at the default options; `test/unit/self-check.test.ts` asks it again.
 */
import { readFileSync } from "node:fs";
import type { Box } from "../contracts/receipt.ts";

const EXPECTED_FACES: readonly Box[] = [[48, 40, 111, 111]];

export function selfCheckFile(): Buffer {
  return readFileSync(new URL("./self-check.jpg", import.meta.url));
}

/** Networks have references of their own, which each thread compares when it loads them (`ModelRegistry`). */
export function isSelfCheckPassed(answer: { faces: readonly Box[] } | { results: object }): boolean {
  return "results" in answer || JSON.stringify(answer.faces) === JSON.stringify(EXPECTED_FACES);
}
