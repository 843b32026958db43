import type { EventBatch, StoredEvent } from "./documents.ts";
import { parseStoredJson, storedJson } from "./stored-json.ts";

/** The events of one change, as an outbox has them: no batch if there are none. */
export function batchesOf(events: readonly StoredEvent[]): EventBatch[] {
  return events.length === 0 ? [] : [{ events: storedJson(events) }];
}

/** @param outbox Events that versions before 0.2 stored stand in it one by one. */
export function eventsOf(outbox: readonly (EventBatch | StoredEvent)[], place: string): StoredEvent[] {
  return outbox.flatMap((batch) => ("events" in batch ? parseStoredJson<StoredEvent[]>(batch.events, place) : batch));
}
