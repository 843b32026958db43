import { expect, vi } from "vitest";
import { asAdmin, type KeyClient } from "./key-client.ts";

const WITHIN = { timeout: 60_000, interval: 500 };

/**
 * How often the processes behind the clients counted by themselves, which each does if the shared counters do not
 * answer within a second.
 */
export async function countedAlone(clients: readonly KeyClient[]): Promise<number[]> {
  const metrics = await Promise.all(clients.map((client) => client.get<string>("/metrics", asAdmin)));
  return metrics.flatMap(({ body }) =>
    Array.from(body.matchAll(/^sightline_limits_counted_alone_total\S* (\d+)$/gm), ([, count]) => Number(count)),
  );
}

/**
 * What was seen while all processes counted together, as they do unless the machine is very slow.
 * @param see Repeated until they have; each time with names that nothing was counted for before.
 */
export function countedTogether<Seen>(clients: readonly KeyClient[], see: () => Promise<Seen>): Promise<Seen> {
  return vi.waitFor(async () => {
    const before = await countedAlone(clients);
    const seen = await see();
    expect(await countedAlone(clients)).toEqual(before);
    return seen;
  }, WITHIN);
}
