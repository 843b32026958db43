import { type IncomingMessage, ServerResponse } from "node:http";
import { Errors } from "moleculer";
import { expect, test } from "vitest";
import { type Call, call } from "../../lib/contracts/action.ts";
import { actions } from "../../lib/contracts/actions.ts";
import { failure } from "../../lib/errors.ts";
import type { GatewayRequest } from "../../lib/http/gateway/gateway-request.ts";
import { createOnce, underKey } from "../../lib/http/gateway/idempotency.ts";
import { systemClock } from "../../lib/time/clock.ts";

const NO_KEY = "";

/** Does a request whose steps meet these errors. @returns the actions that were called. */
async function calledWith(errors: Record<string, Error>, key = "k"): Promise<string[]> {
  const called: string[] = [];
  const caller = {
    async call(name: string) {
      const action = name.replace("jobs.", "");
      called.push(action);
      if (errors[action]) throw errors[action];
      return null as never;
    },
  };
  const first = async (_claim: unknown, commit: Call) => {
    await call(caller, actions.jobs.storeImage, { jobId: "j", image: Buffer.from("image") });
    return commit(actions.jobs.submit, { id: "j", settings: {}, images: [] });
  };
  const request = { caller, owner: "", key: key || undefined, jobId: "j", first, repeat: async () => {} };
  await underKey<unknown>(request).catch(() => {});
  return called;
}

const gone = new Errors.RequestRejectedError({ action: "jobs.submit", nodeID: "n" });
const silent = new Errors.RequestTimeoutError({ action: "jobs.submit", nodeID: "n" });

test.each([
  ["by what is wrong with it", failure("NO_IMAGE", "None."), true],
  ["for want of room", failure("STORAGE_FULL", "Full."), true],
  ["for want of a detector", failure("NO_DETECTOR", "None."), true],
  ["with its node", gone, false],
  ["in silence", silent, false],
  ["with its store", failure("STORE_UNAVAILABLE", "Away."), false],
  ["for a reason nobody knows", new Error("?"), false],
])("a request without a key that fails %s at its last step gives up its images: %#", async (_how, error, isGivenUp) => {
  const steps = ["storeImage", "submit", ...(isGivenUp ? ["discard"] : [])];
  expect(await calledWith({ submit: error }, NO_KEY)).toEqual(steps);
});

test.each([failure("NO_IMAGE", "None."), gone, silent, failure("STORE_UNAVAILABLE", "Away."), new Error("?")])(
  "a request with a key gives them up however its last step fails: without its claim, it stays undone",
  async (error) => {
    expect(await calledWith({ submit: error })).toEqual(["claim", "storeImage", "submit", "discard"]);
  },
);

test("a request that fails before gives them up", async () => {
  expect(await calledWith({ storeImage: gone })).toEqual(["claim", "storeImage", "discard"]);
});

test("a request fails for its own reason, also where its images cannot be given up", async () => {
  const caller = {
    async call(name: string) {
      if (name === "jobs.discard") throw failure("STORE_UNAVAILABLE", "Away.");
      return null as never;
    },
  };
  const first = () => Promise.reject(failure("NO_IMAGE", "None."));
  const request = { caller, owner: "", key: "k", jobId: "j", first, repeat: first };
  await expect(underKey(request)).rejects.toMatchObject({ type: "NO_IMAGE" });
});

test("a claim that cannot be renewed once does not matter to its request", async () => {
  const timers: (() => void)[] = [];
  const clock = {
    ...systemClock,
    after(_ms: number, action: () => void) {
      timers.push(action);
      return () => {};
    },
  };
  let claims = 0;
  const caller = {
    async call() {
      claims++;
      if (claims > 1) throw failure("STORE_UNAVAILABLE", "Away.");
      return null as never;
    },
  };
  const first = async () => {
    for (const end of timers.splice(0)) end();
    await new Promise(setImmediate);
    return "done";
  };
  expect(await underKey({ caller, owner: "", key: "k", jobId: "j", first, repeat: first, clock })).toBe("done");
  expect(claims).toBe(2);
});

test("a request does not claim its key again while its images are discarded", async () => {
  const timers = new Set<() => void>();
  const clock = {
    ...systemClock,
    after(_ms: number, action: () => void) {
      timers.add(action);
      return () => timers.delete(action);
    },
  };
  const called: string[] = [];
  const caller = {
    async call(name: string) {
      called.push(name);
      // It takes so long that each timer ends.
      if (name === "jobs.discard") for (const end of [...timers]) end();
      return null as never;
    },
  };
  const first = () => Promise.reject(failure("NO_IMAGE", "None."));
  await underKey({ caller, owner: "", key: "k", jobId: "j", first, repeat: first, clock }).catch(() => {});
  expect(called).toEqual(["jobs.claim", "jobs.discard"]);
});

/** Creates a thing, which meets the error. @returns the actions that were called. */
async function createdWith(error: Error, record: object = {}): Promise<string[]> {
  const called: string[] = [];
  const $ctx = {
    meta: {},
    async call(name: string, params: object) {
      called.push(name);
      if (name === actions.keys.create.name) throw error;
      return { ...params, claimedAt: "2026-01-02T03:04:05.678Z", ...record } as never;
    },
  };
  const request = { $ctx, headers: { "idempotency-key": "k" } } as unknown as GatewayRequest;
  const wanted = { name: "camera", scopes: ["jobs" as const] };
  const creation = { action: actions.keys.create, params: wanted, content: () => wanted };
  await expect(createOnce(request, new ServerResponse({} as IncomingMessage), creation)).rejects.toBe(error);
  return called;
}

test.each([
  ["for a fault of its own", failure("INVALID_OPTION", "Wrong."), true],
  ["for what its image shows", failure("NO_FACE", "None."), true],
  ["for what is stored", failure("COLLECTION_EXISTS", "One."), false],
  ["for want of room", failure("STORAGE_FULL", "Full."), false],
  ["with its node", gone, false],
  ["in silence", silent, false],
  ["with its store", failure("STORE_UNAVAILABLE", "Away."), false],
  ["for a reason nobody knows", new Error("?"), false],
])(
  "a key of a creation that fails %s is free for another request only if nothing can come of it: %#",
  async (_how, error, isFree) => {
    expect(await createdWith(error)).toEqual(["jobs.first", "keys.create", ...(isFree ? ["jobs.forget"] : [])]);
  },
);

test("a repeated creation does not free the key, since the first may have created something", async () => {
  const called = await createdWith(failure("INVALID_OPTION", "expiresAt has passed."), { claimant: "first" });
  expect(called).toEqual(["jobs.first", "keys.create"]);
});
