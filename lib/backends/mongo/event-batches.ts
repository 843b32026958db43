import type { EventBatch, StoredEvent } from "./documents.ts";
import { parseStoredJson, storedJson } from "./stored-json.ts";

/** The events of one change as a batch for the outbox; no batch if there are no events. */
export function batchesOf(events: readonly StoredEvent[]): EventBatch[] {
  return events.length === 0 ? [] : [{ events: storedJson(events) }];
}

/** @param outbox Batches. Events that versions before 0.2 have stored are not in batches. */
export function eventsOf(outbox: readonly (EventBatch | StoredEvent)[], place: string): StoredEvent[] {
  return outbox.flatMap((batch) => ("events" in batch ? parseStoredJson<StoredEvent[]>(batch.events, place) : batch));
}
