/** Faults that are put into the engine on purpose are found. `simulate.ts --mutations` tries all of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mutated } from "./mutate.ts";
import { mutations } from "./mutations.ts";
import { simulate } from "./simulate.ts";

const root = join(import.meta.dirname, "../..");

test.each(Object.keys(mutations))("the text of the mutation %s is there once", (name) => {
  const source = readFileSync(join(root, (mutations[name] as { file: string }).file), "utf8");
  expect(mutated(source, name)).not.toBe(source);
});

test.each(["no recovery", "marked before appended", "images of a running job are deleted"])(
  "%s is found",
  { timeout: 300_000 },
  async (mutation) => {
    const { findings } = await simulate({ from: 0, to: 500, threads: 2, mutation, isSearch: true });
    expect(findings.length).toBeGreaterThan(0);
  },
);
