/** The service with a detector that fails, slows down or waits on command. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningService, startService, temporaryFolder } from "./service.ts";

/** Services for a test that starts the service itself. `SIGHTLINE_TEST_CONTROL` names the file of commands. */
export const BREAKABLE_SERVICES = "{services/!(detector),test/support/services/breakable-detector}.service.ts";

export interface BreakableService extends RunningService {
  /**
   * @param command `fail`; `slow <milliseconds>`; `hold`, with which no image ends before the next command; or empty
   *   for normal operation.
   */
  detector(command: string): void;
}

export async function startBreakableService(environment: NodeJS.ProcessEnv = {}): Promise<BreakableService> {
  const folder = temporaryFolder();
  const control = join(folder, "control");
  const service = await startService({ SIGHTLINE_TEST_CONTROL: control, ...environment }, BREAKABLE_SERVICES);
  const withoutFolder = async <T>(ending: Promise<T>) => {
    const result = await ending;
    rmSync(folder, { recursive: true, force: true });
    return result;
  };
  return {
    ...service,
    detector: (command) => writeFileSync(control, command),
    stop: () => withoutFolder(service.stop()),
    kill: () => withoutFolder(service.kill()),
  };
}
