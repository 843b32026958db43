import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { failure } from "../../lib/errors.ts";
import type { GatewayRequest } from "../../lib/http/gateway/gateway-request.ts";
import { sendProblem } from "../../lib/http/gateway/reply.ts";
import { deferProcess } from "../../lib/http/routes/deferred-process.ts";
import { asFailure } from "../../lib/transport/failures.ts";

const blobs = {
  upload: async () => ({ put: async () => ({ sha256: "", bytes: 3 }), end: async () => {}, abandon: async () => {} }),
};

/**
 * Sends a request that is deferred.
 * @param answers By action.
 * @returns its answer, and the actions that were called.
 */
async function deferred(answers: Readonly<Record<string, (params: { readonly id?: string }) => unknown>>) {
  const called: string[] = [];
  const call = async (action: string, params: { readonly id?: string }) => {
    called.push(action);
    return answers[action]?.(params);
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
  return { id, status: response.status, location: response.headers.get("location"), called };
}

const submit = ({ id }: { readonly id?: string }) => ({ id, state: "queued", progress: {} });

it("gives the job if nobody can be asked any more whether it has ended", async () => {
  const wait = () => {
    throw failure("STORE_UNAVAILABLE", "The database is away.");
  };
  const { id, ...answer } = await deferred({ "jobs.submit": submit, "jobs.wait": wait });
  expect(answer).toEqual({
    status: 202,
    location: `/v1/jobs/${id}`,
    called: ["jobs.admit", "jobs.submit", "jobs.wait"],
  });
});

it("gives the job if its results are more than one answer can have", async () => {
  const result = { results: { classify: { labels: [{ label: "x".repeat(2 ** 20), score: 1 }] } } };
  const items = new Array(128).fill({ fileName: null, sha256: "", state: "done", result });
  const { id, status, location } = await deferred({
    "jobs.submit": submit,
    "jobs.wait": (params) => ({ ...submit(params), state: "succeeded" }),
    "jobs.results": () => ({ items }),
  });
  expect({ status, location }).toEqual({ status: 202, location: `/v1/jobs/${id}` });
});
