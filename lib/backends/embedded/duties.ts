import type { Duties } from "../../ports/duties.ts";

/** One node has its storage to itself, and all duties. */
export const embeddedDuties: Duties = {
  hold: async () => true,
  release: async () => {},
};
