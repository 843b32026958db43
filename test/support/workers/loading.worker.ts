/** A stand-in for the vision worker that is loaded when there is a control file. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

while (!existsSync(process.env.SIGHTLINE_TEST_CONTROL ?? "")) await sleep(10);

export { default } from "./misbehaving.worker.ts";
