import { type Failure, failure } from "../errors.ts";

/** The failure for data that this version would misread. @param place A file or database. */
export function newerData(place: string, stored: number, readable: number): Failure {
  const detail = `${place} was written by a newer version of the service: its data are of version ${stored}, and this one reads up to version ${readable}. Start the newer version, or restore a backup that is older than the upgrade.`;
  return failure("STORE_CORRUPT", detail);
}
