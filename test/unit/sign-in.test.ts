import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { KeyManager } from "../../lib/sessions/key-manager.ts";

type KeyBackends = ConstructorParameters<typeof KeyManager>[0];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-01-01T00:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

it("a browser is signed in for as long as its cookie says, and no longer", async () => {
  // ADMIN_KEY is in no store.
  const manager = new KeyManager({} as KeyBackends, new Uint8Array(32), "the configured key");
  const { token, maxAgeSeconds } = await manager.signIn("the configured key");
  vi.advanceTimersByTime(maxAgeSeconds * 1000 - 1);
  expect(await manager.identifySignIn(token)).toMatchObject({ scopes: ["admin"] });
  vi.advanceTimersByTime(1);
  await expect(manager.identifySignIn(token)).rejects.toMatchObject({ type: "KEY_INVALID" });
});
