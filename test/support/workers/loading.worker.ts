/** A substitute for the vision worker that finishes loading once a control file exists. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

while (!existsSync(process.env.SIGHTLINE_TEST_CONTROL ?? "")) await sleep(10);

export { default } from "./misbehaving.worker.ts";
