import type { SessionStore } from "../ports/session-store.ts";
import type { Timestamp } from "../time/timestamp.ts";

/** Whether the session was erased at or after the time, or is gone. */
export async function wasErasedSince(
  sessions: Pick<SessionStore, "erasedAt">,
  sessionId: string,
  time: Timestamp,
): Promise<boolean> {
  const erasedAt = await sessions.erasedAt(sessionId);
  return erasedAt === undefined || (erasedAt !== null && erasedAt >= time);
}
