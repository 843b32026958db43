/** What Node's parser gives up on, as problem details. Other refusals of the parser are in manners.test.ts. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, vi } from "vitest";
import { answerRefused } from "../../lib/http/gateway/refused-connections.ts";
import { sendBytes } from "../support/raw-http.ts";

it("headers that do not arrive in time are refused with 408, and counted", async () => {
  const server = createServer({ headersTimeout: 50, connectionsCheckingInterval: 10 }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const refused = vi.fn();
  answerRefused(server, () => false, refused);
  try {
    const { port } = server.address() as AddressInfo;
    const [head = "", body = ""] = (await sendBytes(`http://127.0.0.1:${port}`, "GET / HTTP/1.1\r\nHost: a\r\n")).split(
      "\r\n\r\n",
    );
    expect(head).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nContent-Type: application\/problem\+json\r\n/);
    expect(JSON.parse(body)).toMatchObject({ code: "HEADERS_TIMEOUT", status: 408, type: "/problems/HEADERS_TIMEOUT" });
    expect(refused).toHaveBeenCalledOnce();
  } finally {
    server.close();
  }
});
