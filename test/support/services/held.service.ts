/**
 * A service that does not start, and so keeps its node from being ready, before the file SIGHTLINE_TEST_CONTROL exists.
 */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceSchema } from "moleculer";

const control = process.env.SIGHTLINE_TEST_CONTROL ?? "";

const held: ServiceSchema = {
  name: "held",
  async started() {
    while (!existsSync(control)) await sleep(10);
  },
};

export default held;
