/** Which requests are refused like one before them, without being looked at. */
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { Admission, type AdmissionRequest } from "../../lib/admission/admission.ts";
import { EarlyRefusals } from "../../lib/http/gateway/early-refusals.ts";
import type { GatewayRequest } from "../../lib/http/gateway/gateway-request.ts";
import { imageCounts } from "../../lib/http/upload/image-counts.ts";

/** A form of images of 1000 bytes. */
function formOf(images: number): GatewayRequest {
  const headers = { "content-type": "multipart/form-data; boundary=b", "content-length": String(1000 * images) };
  const request = new IncomingMessage(new Socket());
  return Object.assign(request, {
    method: "POST",
    url: "/process",
    originalUrl: "/process",
    headers,
  }) as GatewayRequest;
}

const asked = (client: string, images: number): AdmissionRequest => ({
  client,
  kind: "faces",
  images,
  detectors: [{ id: "a", threads: 1 }],
});

/** A busy service, which has refused a request of the client. */
function refusedOnce(request: GatewayRequest, images: number) {
  const admission = new Admission(1000, () => 0);
  const refusals = new EarlyRefusals(admission);
  // The others leave time for some images, but not for fifty.
  for (const client of ["first", "second"]) while ("request" in admission.admit(asked(client, 1)));
  expect(admission.admit(asked("client", 1))).toHaveProperty("request");
  refusals.remember(request, asked("client", images), 1000);
  const refuse = (next: GatewayRequest, response = new ServerResponse(next)) => refusals.refuse(next, response);
  return { admission, refuse };
}

it("a request with fewer images than the one that was refused is admitted if there is time for them", () => {
  imageCounts.learn(formOf(50), 50);
  const { admission, refuse } = refusedOnce(formOf(50), 50);
  expect(refuse(formOf(50))).toBe(true);
  expect(admission.retryAfterMs(asked("client", 1))).toBeUndefined();
  expect(refuse(formOf(1))).toBe(false);
  // Now that there is time, it may be for more than was known: there may be more detectors.
  expect(refuse(formOf(50))).toBe(false);
});

it("a client that comes back before the time that it was told last is answered a little later, another at once", () => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  imageCounts.learn(formOf(50), 50);
  const { admission, refuse } = refusedOnce(formOf(50), 50);
  const { retryAfterMs } = admission.admit(asked("client", 50)) as { retryAfterMs: number };
  const sent = () => {
    const response = new ServerResponse(formOf(50));
    expect(refuse(formOf(50), response)).toBe(true);
    return response;
  };
  const hasty = sent();
  expect(hasty.headersSent).toBe(false);
  vi.advanceTimersByTime(30);
  expect(hasty.statusCode).toBe(503);
  vi.advanceTimersByTime(Math.ceil(retryAfterMs));
  expect([sent(), sent()].map(({ headersSent }) => headersSent)).toEqual([true, false]);
});

it("a request with very long headers is not remembered", () => {
  const long = formOf(50);
  long.headers.cookie = "c".repeat(500);
  const { refuse } = refusedOnce(long, 50);
  expect(refuse(long)).toBe(false);
});

it("a request of another type is looked at: it may have encodings in place of images", () => {
  const { refuse } = refusedOnce(formOf(50), 50);
  const json = formOf(50);
  json.headers["content-type"] = "application/json";
  imageCounts.learn(json, 50);
  expect(refuse(json)).toBe(false);
  expect(refuse(formOf(50))).toBe(true);
});

it("a request whose body was read before says nothing about others", async () => {
  const request = formOf(50);
  request.push("a body with images");
  request.push(null);
  for await (const _chunk of request);
  const { refuse } = refusedOnce(request, 50);
  expect(refuse(formOf(50))).toBe(false);
});

it.each(["key", "x-api-key", "authorization", "cookie", "sightline-owner", "x-forwarded-for", "prefer"])(
  "a request with another %s is looked at: it may be another client's, or ask for something else",
  (name) => {
    imageCounts.learn(formOf(50), 50);
    const { refuse } = refusedOnce(formOf(50), 50);
    const other = formOf(50);
    other.headers[name] = "other";
    expect(refuse(other)).toBe(false);
    expect(refuse(formOf(50))).toBe(true);
  },
);

it("a request to another path is looked at: jobs need no time now", () => {
  imageCounts.learn(formOf(50), 50);
  const { refuse } = refusedOnce(formOf(50), 50);
  expect(refuse(Object.assign(formOf(50), { url: "/v1/jobs" }))).toBe(false);
  expect(refuse(formOf(50))).toBe(true);
});

it("a request from another address is looked at, and so is one with another method", () => {
  imageCounts.learn(formOf(50), 50);
  const { refuse } = refusedOnce(formOf(50), 50);
  const elsewhere = formOf(50);
  Object.defineProperty(elsewhere.socket, "remoteAddress", { value: "203.0.113.7" });
  expect(refuse(elsewhere)).toBe(false);
  expect(refuse(Object.assign(formOf(50), { method: "PUT" }))).toBe(false);
  expect(refuse(formOf(50))).toBe(true);
});
