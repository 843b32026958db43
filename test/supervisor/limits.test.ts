/** Limits of a service of several processes, of which one has the counters. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { countedAlone, countedTogether } from "../support/counted-together.ts";
import { ADMIN_KEY, bearer, KeyClient } from "../support/key-client.ts";
import { type Supervised, supervise } from "../support/supervised.ts";

let service: Supervised;
beforeAll(async () => {
  const limits = { REQUESTS_PER_MINUTE: "60", FAILED_KEYS_PER_MINUTE: "20", ANONYMOUS_REQUESTS_PER_MINUTE: "40" };
  const settings = { PROCESSES: "2", THREADS: "2", AUTH: "keys", ADMIN_KEY, PROXY_HOPS: "1", ...limits };
  service = await supervise(["services/**/*.service.ts"], settings);
});
afterAll(() => service.stop());

/** Each on a connection of its own: the kernel spreads them over the processes. */
async function answers(count: number, path: string, headersOf: (index: number) => Record<string, string>) {
  const client = new KeyClient(service.url);
  const sent = Array.from({ length: count }, (_, index) =>
    client.get(path, { Connection: "close", ...headersOf(index) }),
  );
  return Object.fromEntries(
    Map.groupBy(await Promise.all(sent), ({ status }) => status)
      .entries()
      .map(([status, { length }]) => [status, length]),
  );
}

it("holds over all processes", async () => {
  await service.ready();
  const client = new KeyClient(service.url);
  // Until the processes have found each other.
  let addresses = 0;
  const countTogether = () => {
    const address = { "X-Forwarded-For": `198.51.100.${addresses++}` };
    return answers(60, "/v1/models", () => address);
  };
  await expect.poll(countTogether, { interval: 500 }).toEqual({ 401: 40, 429: 20 });
  expect(await countedAlone([client])).toHaveLength(2);
  const seen = await countedTogether([client], async () => {
    const { key } = await client.key();
    const address = { "X-Forwarded-For": `198.51.100.${addresses++}` };
    return [
      await answers(100, "/v1/whoami", () => bearer(key)),
      await answers(60, "/v1/models", () => address),
      await answers(50, "/v1/models", (index) => ({ ...address, ...bearer(`sl_${index}`) })),
    ];
  });
  expect(seen).toEqual([
    { 200: 60, 429: 40 },
    { 401: 40, 429: 20 },
    { 401: 20, 429: 30 },
  ]);
});
