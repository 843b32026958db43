import { vi } from "vitest";

/** Waits until the condition holds: for hooks, where `expect.poll` may not be called. @throws after a minute */
export async function until(condition: () => unknown): Promise<void> {
  await vi.waitUntil(condition, { timeout: 60_000 });
}
