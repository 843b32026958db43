import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "nats";
import { expect, it, vi } from "vitest";
import { natsOptions } from "../../lib/transport/nats-options.ts";
import { startLink } from "../support/link.ts";
import { startNatsServer } from "../support/nats-server.ts";

const TIMEOUT_MS = 500;

it("a message comes once after a server was silent and its socket closed later", async () => {
  const nats = await startNatsServer();
  // Two ways to one server, so that the client changes between them.
  const [near, far] = [await startLink(nats.url), await startLink(nats.url)];
  const urls = [near, far].map(({ port }) => `nats://127.0.0.1:${port}`).join(",");
  const options = {
    ...natsOptions(urls),
    noRandomize: true,
    ignoreClusterUpdates: true,
    timeout: TIMEOUT_MS,
    reconnectTimeWait: 50,
    reconnectJitter: 50,
  };
  // By itself, the client does not try its first connection again if the server is slow to answer.
  const client = await vi.waitFor(() => connect(options), { timeout: 60_000 });
  const sender = await connect({ servers: nats.url });
  const received: string[] = [];
  client.subscribe("to.client", { callback: (_, message) => received.push(message.string()) });
  await client.flush();

  const silent = far.interrupt("delay", 6 * TIMEOUT_MS);
  await near.interrupt("close", 100);
  await expect.poll(() => client.flush().then(() => true)).toBe(true);
  await silent;
  // Time for the silent server to greet, and later for the client to do what it must not do.
  await sleep(TIMEOUT_MS);
  await far.interrupt("close", 100);
  await sleep(TIMEOUT_MS);
  await client.flush();
  for (const text of ["a", "b", "c"]) sender.publish("to.client", text);
  await sender.flush();
  await client.flush();
  expect(received).toEqual(["a", "b", "c"]);
  for (const connection of [client, sender]) await connection.close();
  for (const link of [near, far]) await link.close();
  await nats.stop();
});
