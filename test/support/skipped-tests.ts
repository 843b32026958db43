/**
 * Keeps tests that cannot run from looking like tests that pass: prints a loud warning and, in CI, makes it an error.
 */
import { ensureDebianPackages } from "../../scripts/debian-packages.ts";

/** @param tests Description such as `the tests of proxies`. @throws the reason, in CI */
export function explainSkipped(tests: string, reason: Error): void {
  if (process.env.CI) throw reason;
  process.stderr.write(`\n!!! SKIPPED: ${tests}. ${reason.message} !!!\n\n`);
}

/** Whether the packages that these tests need are installed. Installs missing ones. @throws if it cannot, in CI */
export function hasPackages(tests: string, ...names: readonly string[]): boolean {
  try {
    ensureDebianPackages(...names);
    return true;
  } catch (error) {
    explainSkipped(tests, error as Error);
    return false;
  }
}
