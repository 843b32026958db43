import type { LeaderLeases } from "../../ports/leader-leases.ts";

/** A node that is alone has all leader leases. */
export const soleLeader: LeaderLeases = {
  async acquire() {
    return true;
  },
  async release() {},
};
