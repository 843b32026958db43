import { vi } from "vitest";

/** Waits until the condition holds. For hooks, where `expect.poll` may not be called. @throws after 100 seconds */
export async function until(condition: () => unknown): Promise<void> {
  await vi.waitUntil(condition, { timeout: 100_000 });
}
