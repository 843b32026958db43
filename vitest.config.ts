import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { COMPILE_CACHE } from "./scripts/supervise.mjs";
import { joinedLibraries } from "./test/support/joined-libraries.ts";

const UNIT = "test/unit/**/*.test.ts";
/** Tests that know the service only as its users do, by addresses and commands. */
const FROM_OUTSIDE = "test/{access,browser,cli,examples,grpc,http,packages}/**/*.test.ts";

/** Takes longest, by far, and mostly waits: started last, it would run alone for a minute. */
const LONGEST = /\/test\/hostile\//;

/** Vitest's order, by duration or else by size, after the files that take longest: a fresh clone knows no durations. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { longest = [], others = [] } = Object.groupBy(await super.sort(files), ({ moduleId }) =>
      LONGEST.test(moduleId) ? "longest" : "others",
    );
    return [...longest, ...others];
  }
}

export default defineConfig({
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/data-dir.ts"],
    env: {
      // What a service answers must be what its contracts say; see `defineService`.
      VALIDATE_RESULTS: "true",
      // Enough for most tests. Each further thread costs a start of the service a fifth of its processor time.
      THREADS: "1",
      // As `npm start` has it: processes that tests start take a second of processor time less each.
      ...COMPILE_CACHE,
    },
    pool: "forks",
    sequence: { sequencer: LongestFirst },
    projects: [
      // Nothing outlives these tests, so a process runs one file after another: half the time of unit tests, and two
      // thirds of a second less for each of the others.
      { extends: true, test: { name: "outside", include: [FROM_OUTSIDE], isolate: false } },
      { extends: true, test: { name: "unit", include: [UNIT], isolate: false } },
      // Native addons are loaded and real servers started: a process per file keeps them apart.
      { extends: true, test: { name: "parts", include: ["test/**/*.test.ts"], exclude: [FROM_OUTSIDE, UNIT] } },
    ],
    // Tests of what is held on to ask for a collection.
    execArgv: ["--expose-gc", "--import", joinedLibraries()],
    // Each file has servers, ports and data folders of its own. Most wait for processes more than they compute, so
    // there are two more than cores: with one more, two cores are idle for a sixth of the time.
    maxWorkers: Math.min(8, availableParallelism() + 2),
    // Bounds for what hangs, not claims: only a failure waits for them, so they are wide enough for any machine. A
    // start of the service takes half a minute where ten programs want each core.
    testTimeout: 120_000,
    expect: { poll: { timeout: 60_000, interval: 100 } },
    hookTimeout: 180_000,
  },
});
