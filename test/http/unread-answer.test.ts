/** Answers that their client does not read, on a bare server: no service is needed for it. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, it } from "vitest";
import { closeIfUnread } from "../../lib/http/connections/unread-answer.ts";

const UNREAD_MS = 50;
/** More than the buffers of both ends take. */
const LARGE = Buffer.alloc(32 * 2 ** 20);

/** The answer to a client that has sent a request and reads nothing yet. */
async function answering() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1").pause();
  client.on("error", () => {});
  client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const [, response] = (await once(server, "request")) as [unknown, ServerResponse];
  closeIfUnread(response, UNREAD_MS);
  const end = () => {
    client.destroy();
    server.close();
  };
  return { client, response, [Symbol.dispose]: end };
}

it("ends the connection of a client that reads nothing", async () => {
  using asked = await answering();
  asked.response.end(LARGE);
  await once(asked.response, "close");
  expect(asked.response.writableFinished).toBe(false);
});

it("leaves alone an answer that is not there yet", async () => {
  using asked = await answering();
  await once(asked.response, "timeout");
  asked.response.end("late");
  let text = "";
  for await (const chunk of asked.client.setEncoding("utf8")) text += chunk;
  expect(text).toMatch(/late$/);
});
