/** Tests that cannot run must not look like tests that pass: a loud warning says so, and in CI that is an error. */
import { ensureDebianPackages } from "../../scripts/debian-packages.ts";

/** @param tests Such as `the tests of proxies`. @throws the reason, in CI */
export function explainSkipped(tests: string, reason: Error): void {
  if (process.env.CI) throw reason;
  process.stderr.write(`\n!!! SKIPPED: ${tests}. ${reason.message} !!!\n\n`);
}

/** Whether what these tests need is there now; installs missing packages. @throws if it cannot, in CI */
export function hasPackages(tests: string, ...names: readonly string[]): boolean {
  try {
    ensureDebianPackages(...names);
    return true;
  } catch (error) {
    explainSkipped(tests, error as Error);
    return false;
  }
}
