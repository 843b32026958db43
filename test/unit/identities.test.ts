/** How long a gateway relies on a check of a key, by a clock of the test. */
import { once } from "node:events";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Caller } from "../../lib/contracts/action.ts";
import { actions } from "../../lib/contracts/actions.ts";
import { failure } from "../../lib/errors.ts";
import { Identities } from "../../lib/http/access/identities.ts";
import type { GatewayRequest } from "../../lib/http/gateway/gateway-request.ts";
import { keyRoutes } from "../../lib/http/routes/key-routes.ts";
import type { Identity } from "../../lib/sessions/scopes.ts";

const credential = { kind: "client", key: "sl_key" } as const;
const identity: Identity = { owner: "owner", scopes: ["jobs"], isSession: false };

let isRevoked: boolean;
let isStoreAway: boolean;
let checks: number;
let identities: Identities;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] });
  isRevoked = false;
  isStoreAway = false;
  checks = 0;
  const caller = {
    async call(action: string, params: object) {
      expect([action, params]).toEqual([actions.keys.identify.name, { key: credential.key }]);
      checks++;
      if (isStoreAway) throw failure("STORE_UNAVAILABLE", "The database is away.");
      if (isRevoked) throw failure("KEY_INVALID", "The key was revoked.");
      return identity;
    },
  };
  identities = new Identities(caller as unknown as Caller);
  identities.start();
});
afterEach(() => {
  identities.stop();
  vi.useRealTimers();
});

it("a revoked key is refused within a second, also where nobody told of it", async () => {
  expect(await identities.identify(credential)).toBe(identity);
  isRevoked = true;
  vi.advanceTimersByTime(500);
  expect(await identities.identify(credential)).toBe(identity);
  expect(checks).toBe(1);
  vi.advanceTimersByTime(500);
  await expect(identities.identify(credential)).rejects.toMatchObject({ type: "KEY_INVALID" });
  expect(checks).toBe(2);
});

it("requests that come at once with the same key share its check", async () => {
  const found = await Promise.all(Array.from({ length: 50 }, () => identities.identify(credential)));
  expect(found).toEqual(Array(50).fill(identity));
  expect(checks).toBe(1);
});

it("a revoked key is refused at once where it is told of", async () => {
  await identities.identify(credential);
  isRevoked = true;
  identities.forget();
  await expect(identities.identify(credential)).rejects.toMatchObject({ type: "KEY_INVALID" });
});

it("an answer in progress ends within a second after its key was revoked", async () => {
  const answer = new PassThrough();
  identities.watch(answer as unknown as ServerResponse, credential);
  vi.advanceTimersByTime(10_000);
  await identities.identify(credential);
  expect(answer.destroyed).toBe(false);
  isRevoked = true;
  vi.advanceTimersByTime(1_000);
  await expect(identities.identify(credential)).rejects.toMatchObject({ type: "KEY_INVALID" });
  expect(answer.destroyed).toBe(true);
});

it("an answer in progress goes on while its key cannot be checked", async () => {
  const answer = new PassThrough();
  identities.watch(answer as unknown as ServerResponse, credential);
  isStoreAway = true;
  vi.advanceTimersByTime(1_000);
  await expect(identities.identify(credential)).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
  expect(answer.destroyed).toBe(false);
});

it("the key of an answer that has ended is checked no more", async () => {
  const answer = new PassThrough();
  identities.watch(answer as unknown as ServerResponse, credential);
  answer.destroy();
  await once(answer, "close");
  vi.advanceTimersByTime(10_000);
  expect(checks).toBe(0);
});

it("a key that could not be checked is checked at once when it comes again, and was right before", async () => {
  await identities.identify(credential);
  isStoreAway = true;
  vi.advanceTimersByTime(1_000);
  await expect(identities.identify(credential)).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
  expect(identities.isKnown(credential)).toBe(true);
  isStoreAway = false;
  // It does not count as unknown, of which only some are looked up.
  const refuse = () => Promise.reject(failure("RATE_LIMITED", "Too many keys are unknown."));
  expect(await identities.identify(credential, refuse)).toBe(identity);
  expect(checks).toBe(3);
});

it("a check that began earlier and fails later does not make a right key unknown", async () => {
  const { promise: late, reject } = Promise.withResolvers<Identity>();
  const first = identities.identify(credential, () => late);
  vi.advanceTimersByTime(1_000);
  await identities.identify(credential);
  reject(failure("KEY_INVALID", "It was not there yet."));
  await expect(first).rejects.toMatchObject({ type: "KEY_INVALID" });
  expect(identities.isKnown(credential)).toBe(true);
});

it("an answer whose client left while its key was checked is not kept", async () => {
  const answer = new PassThrough().destroy();
  await once(answer, "close");
  identities.watch(answer as unknown as ServerResponse, credential);
  vi.advanceTimersByTime(10_000);
  expect(checks).toBe(0);
});

it("a key that revokes itself is told so, however long the record for the audit log takes", async () => {
  const request = new IncomingMessage(new Socket());
  // Without a connection, as where the record is not stored yet, nothing is sent.
  const answer = new ServerResponse(request);
  identities.watch(answer, credential);
  const $ctx = { call: async () => identities.forget() };
  const revoking = { $ctx, $params: { id: "its-own" }, $service: { identities } };
  await keyRoutes["DELETE v1/keys/:id"](Object.assign(request, revoking) as unknown as GatewayRequest, answer);
  isRevoked = true;
  vi.advanceTimersByTime(1_000);
  await expect(identities.identify(credential)).rejects.toMatchObject({ type: "KEY_INVALID" });
  expect(answer.destroyed).toBe(false);
  expect(answer.statusCode).toBe(204);
});
