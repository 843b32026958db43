import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Link, startLink } from "../support/link.ts";

let server: Server;
let link: Link;
/** What the server has received, over all connections. */
let received: string;
let clients: Socket[];
beforeEach(async () => {
  received = "";
  clients = [];
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      received += bytes;
      socket.write(`got ${bytes}`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  link = await startLink(`nats://127.0.0.1:${(server.address() as { port: number }).port}`);
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await link.close();
  server.close();
});

async function connected(): Promise<Socket> {
  const client = connect(link.port, "127.0.0.1");
  client.on("error", () => {});
  clients.push(client);
  await once(client, "connect");
  return client;
}

async function ask(client: Socket, text: string): Promise<string> {
  client.write(text);
  const [answer] = await once(client, "data");
  return String(answer);
}

describe("a link", () => {
  it("that delays delivers everything afterwards, also what was sent by clients that are gone", async () => {
    const [client, impatient] = [await connected(), await connected()];
    expect(await ask(client, "1")).toBe("got 1");
    expect(await ask(impatient, "2")).toBe("got 2");
    const working = link.interrupt("delay", 300);
    const answered = ask(client, "3").then(() => true);
    impatient.write("4");
    impatient.destroy();
    const late = await connected();
    const lateAnswer = ask(late, "5");
    expect(await Promise.race([answered, working])).toBeUndefined();
    expect(received).toBe("12");
    expect(await answered).toBe(true);
    expect(await lateAnswer).toBe("got 5");
    await expect.poll(() => [...received].sort().join("")).toBe("12345");
  });

  it("that drops connections tells so only afterwards, and delivers nothing of them", async () => {
    const client = await connected();
    expect(await ask(client, "1")).toBe("got 1");
    const closed = once(client, "close");
    const working = link.interrupt("drop", 300);
    client.write("2");
    expect(await Promise.race([closed, working])).toBeUndefined();
    await closed;
    expect(await ask(await connected(), "3")).toBe("got 3");
    expect(received).toBe("13");
  });

  it("that closes connections does so at once, and with new ones too", async () => {
    const client = await connected();
    expect(await ask(client, "1")).toBe("got 1");
    const closed = once(client, "close");
    const working = link.interrupt("close", 300);
    await closed;
    await once(await connected(), "close");
    await working;
    expect(await ask(await connected(), "2")).toBe("got 2");
  });
});
