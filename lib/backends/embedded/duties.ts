import type { Duties } from "../../ports/duties.ts";

/** A node that is alone has all duties. */
export const embeddedDuties: Duties = {
  async hold() {
    return true;
  },
  async release() {},
};
