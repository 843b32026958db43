import { connect } from "nats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";

let nats: NatsServer;
beforeAll(async () => {
  nats = await startNatsServer();
});
afterAll(() => nats.stop());

test("what a stream took survives the death of the server", async () => {
  const connection = await connect({ servers: nats.url });
  const manager = await connection.jetstreamManager();
  await manager.streams.add({ name: "THINGS", subjects: ["things"] });
  await connection.jetstream().publish("things", "one");
  await nats.restart("SIGKILL");
  await expect
    .poll(() =>
      manager.streams.info("THINGS").then(
        ({ state }) => state.messages,
        () => 0,
      ),
    )
    .toBe(1);
  await connection.close();
});
