/** Work in the background that finds the store failing again and again: one line in the log, not one for each time. */
import { type Service, ServiceBroker } from "moleculer";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { failure } from "../../lib/errors.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import brokerOptions from "../../moleculer.config.ts";
import events from "../../services/events.service.ts";
import keys from "../../services/keys.service.ts";

const broker = new ServiceBroker({ ...brokerOptions, logger: false });
let services: Record<"keys" | "events", Service & { backends: Backends; deliver(): void }>;
beforeAll(async () => {
  services = { keys: broker.createService(keys), events: broker.createService(events) } as never;
  await broker.start();
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => broker.stop());

/** Nothing else logs this as an error. */
const failed = () => Promise.reject(failure("STORE_UNAVAILABLE", "The disk failed: EIO."));

it("is the removal of what belongs to an owner", async () => {
  const { backends, logger } = services.keys;
  const logged = vi.spyOn(logger, "error");
  const tried = vi.spyOn(backends.erasures, "unfinished").mockImplementation(failed);
  await expect.poll(() => tried.mock.calls.length).toBeGreaterThan(2);
  const err = expect.objectContaining({ type: "STORE_UNAVAILABLE" });
  expect(logged.mock.calls).toEqual([[{ err }, "An erasure failed and is tried again"]]);
});

it("is the delivery of webhooks", async () => {
  const { backends, logger } = services.events;
  const logged = vi.spyOn(logger, "error");
  const tried = vi.spyOn(backends.webhooks, "nextDue").mockImplementation(failed);
  vi.spyOn(backends.webhooks, "position").mockImplementation(failed);
  services.events.deliver();
  await expect.poll(() => tried.mock.calls.length).toBeGreaterThan(2);
  const facts = { err: expect.objectContaining({ type: "STORE_UNAVAILABLE" }), work: expect.any(String) };
  expect(logged.mock.calls).toEqual([[facts, "Background work on webhooks failed"]]);
});
