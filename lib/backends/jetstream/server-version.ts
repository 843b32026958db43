import { type Failure, failure } from "../../errors.ts";

/** The oldest series of NATS servers that keeps the images and events of jobs safe. */
const OLDEST = [2, 10] as const;

/** Whether a version, such as `2.10.0-RC.1`, is of this series or a later one. False if the version cannot be read. */
export function isAtLeast(version: string, [leastMajor, leastMinor]: readonly [major: number, minor: number]): boolean {
  const [, major = 0, minor = 0] = (/^v?(\d+)\.(\d+)\.\d+/.exec(version) ?? []).map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/**
 * The failure for a server of this version; undefined if the version is supported. Pre-releases count as their release,
 * and a version that cannot be read counts as too old.
 * @param version As in the server's INFO, such as `2.10.0-RC.1`.
 */
export function oldServerFailure(version: string): Failure | undefined {
  if (isAtLeast(version, OLDEST)) return undefined;
  return failure(
    "NATS_TOO_OLD",
    `The NATS server is of version ${version}; jobs need ${OLDEST.join(".")} or later. Older servers lose data: when ` +
      "one of three recovers from a crash, the purge of one job's images may delete those of all jobs (nats-server " +
      "issue 4196), and space on its disk is not given back (issue 3876). Upgrade all servers of NATS_URL, one after " +
      "another.",
  );
}
