import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { failure } from "../../lib/errors.ts";
import type { GatewayRequest } from "../../lib/http/gateway/gateway.ts";
import { sendProblem } from "../../lib/http/gateway/reply.ts";
import { deferProcess } from "../../lib/http/routes/deferred-process.ts";
import { asFailure } from "../../lib/transport/failures.ts";

it("gives the job if nobody can be asked any more whether it has ended", async () => {
  const called: string[] = [];
  const call = async (action: string, { id }: { readonly id?: string }) => {
    called.push(action);
    if (action === "jobs.wait") throw failure("STORE_UNAVAILABLE", "The database is away.");
    return action === "jobs.submit" ? { id, state: "queued", progress: {} } : undefined;
  };
  const blobs = {
    upload: async () => ({ put: async () => ({ sha256: "", bytes: 3 }), end: async () => {}, abandon: async () => {} }),
  };
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const limits = { keyImages: { count: async () => {} } };
    const $service = { blobs, limits, draining: new AbortController() };
    const asked = Object.assign(request, { $ctx: { call, meta: {} }, $service }) as unknown as GatewayRequest;
    const preferences = { respondAsync: false, waitSeconds: 1 };
    deferProcess(asked, response, {}, preferences).catch((error) => sendProblem(response, asFailure(error)));
  };
  const server = createServer(answer).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
  });
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/process`;
  const response = await fetch(url, { method: "POST", headers: { "Content-Type": "image/png" }, body: "abc" });
  const { id } = (await response.json()) as { readonly id: string };
  expect({ status: response.status, location: response.headers.get("location"), called }).toEqual({
    status: 202,
    location: `/v1/jobs/${id}`,
    called: ["jobs.admit", "jobs.submit", "jobs.wait"],
  });
});
