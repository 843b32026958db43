import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { COMPILE_CACHE } from "./scripts/supervise.mjs";
import { joinedLibraries } from "./test/support/joined-libraries.ts";

const UNIT = "test/unit/**/*.test.ts";
/** Tests that know the service only by addresses and commands, like its users. */
const FROM_OUTSIDE = "test/{access,browser,cli,examples,grpc,http,packages}/**/*.test.ts";

/** Files that take longest by far, and mostly wait. Started last, one would run alone for a minute. */
const LONGEST = /\/test\/hostile\//;

/**
 * Vitest's order, by duration or otherwise by size, but with the files that take longest first, because a fresh clone
 * knows no durations.
 */
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
      // Checks that answers match their contracts; see `defineService`.
      VALIDATE_RESULTS: "true",
      // One thread is enough for most tests. Each further one makes a start of the service take a fifth more processor
      // time.
      THREADS: "1",
      // The cache of `npm start`: processes that tests start then take a second of processor time less each.
      ...COMPILE_CACHE,
    },
    pool: "forks",
    sequence: { sequencer: LongestFirst },
    projects: [
      // Nothing outlives these tests, so a process runs one file after another. That saves half the time of unit tests,
      // and two thirds of a second for each of the others.
      { extends: true, test: { name: "outside", include: [FROM_OUTSIDE], isolate: false } },
      { extends: true, test: { name: "unit", include: [UNIT], isolate: false } },
      // Tests that load native addons and start real servers. A process per file keeps them apart.
      { extends: true, test: { name: "parts", include: ["test/**/*.test.ts"], exclude: [FROM_OUTSIDE, UNIT] } },
    ],
    // Tests of memory that is kept request garbage collections.
    execArgv: ["--expose-gc", "--import", joinedLibraries()],
    // Each file has servers, ports and data folders of its own. Most wait for processes more than they compute, so
    // there are two more workers than cores: with one more, two cores are idle for a sixth of the time.
    maxWorkers: Math.min(8, availableParallelism() + 2),
    // Limits for tests that hang, not assertions: only a failure waits for them, so they are wide enough for any
    // machine. A start of the service takes half a minute when ten programs compete for each core.
    testTimeout: 120_000,
    expect: { poll: { timeout: 60_000, interval: 100 } },
    hookTimeout: 180_000,
  },
});
