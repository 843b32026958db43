/**
 * Images that may have crashed or hung the service, and those that did.
 *
 * An image becomes *suspect* when a process dies while processing it, or when it occupies a thread for long; it is then
 * tried in a separate process. It becomes *refused* once only it can be at fault. Both are stored on disk if possible,
 * so that the next process knows them; see docs/reliability.md.
 */
import { join } from "node:path";
import { isSha256 } from "../../contracts/sha256.ts";
import { type Failure, failure } from "../../errors.ts";
import type { JournalEntry } from "./in-progress-journal.ts";
import { createMarks, type Mark, writeMarks } from "./marks.ts";
import { collectJournals, ProcessFolder } from "./process-folder.ts";
import { type ImageRecord, RecordFolder } from "./record-folder.ts";

interface Suspect extends ImageRecord {
  /** Requests under suspicion. Each must be cleared separately. */
  readonly requests: readonly string[];
  /** Solo trials whose outcome is unknown, as the detector's process ended too. */
  readonly trials: number;
}

export interface Refusal {
  readonly sha256: string;
  /** Time of the record: RFC 3339, UTC. */
  readonly at: string;
}

export interface SuspectsSettings {
  /** Version of this process; records of other versions are dropped. */
  readonly version: string;
  /** Storage folder; created if missing. */
  readonly folder: string;
  /** Called with the first write to disk that fails. Suspects are then known only while the process lives. */
  readonly onUnwritable: (error: unknown) => void;
}

const HOUR_MS = 3_600_000;
const SUSPECT_MS = 24 * HOUR_MS;
const REFUSED_MS = 7 * 24 * HOUR_MS;
const MAX_SUSPECTS = 1_000;
const MAX_REFUSED = 1_000;
const MAX_REQUESTS = 8;
/** Trials before an image is refused: something else may have killed the processes once or twice. */
const MAX_TRIALS = 3;

export function imageRefused(sha256: string): Failure {
  const detail = "A process of the service crashed or hung while it worked on this image, so it is not tried again.";
  return failure("IMAGE_REFUSED", detail, { sha256 });
}

export class Suspects {
  /** Marks for the threads: see `MarksReader`. */
  readonly marks = createMarks(MAX_SUSPECTS + MAX_REFUSED);
  /** Entries that dead processes had left at the start. */
  found: readonly JournalEntry[] = [];
  #suspects = new Map<string, Suspect>();
  #refused = new Map<string, ImageRecord>();
  readonly #settings: SuspectsSettings;
  readonly #forgetting: NodeJS.Timeout;
  #isUnwritable = false;
  #disk: { own: ProcessFolder; suspects: RecordFolder<Suspect>; refused: RecordFolder<ImageRecord> } | undefined;

  constructor(settings: SuspectsSettings) {
    this.#settings = settings;
    this.#keep(() => this.#open());
    this.#mark();
    this.#forgetting = setInterval(() => this.#forgetOld(), HOUR_MS).unref();
  }

  /** Folder in which threads journal their tasks; undefined if nothing can be written. */
  get journalFolder(): string | undefined {
    return this.#disk?.own.path;
  }

  get #processes(): string {
    return join(this.#settings.folder, "processes");
  }

  get refusals(): Refusal[] {
    return Array.from(this.#refused, ([sha256, { at }]) => ({ sha256, at }));
  }

  isRefused(sha256: string): boolean {
    return this.#refused.has(sha256);
  }

  suspect(entry: JournalEntry): void {
    // Validated like the hash of a refusal.
    if (!isSha256(entry.sha256)) return;
    this.#suspect(entry, 0);
    this.#mark();
  }

  /**
   * Makes the tasks suspects that processes sharing the folder had in progress when they died. @returns these tasks.
   */
  collect(): JournalEntry[] {
    const found: JournalEntry[] = [];
    this.#keep(() => {
      if (this.#disk) found.push(...collectJournals(this.#processes, this.#disk.own.path));
    });
    for (const entry of found) this.#suspect(entry, 0);
    if (found.length > 0) this.#mark();
    return found;
  }

  /** Must be called before an image is tried alone. */
  startTrial(entry: JournalEntry): void {
    this.#suspect(entry, 1);
    this.#mark();
  }

  /** Clears a request: the image was processed without a crash. */
  clear({ sha256, request }: JournalEntry): void {
    const suspect = this.#suspects.get(sha256);
    if (!suspect) return;
    const requests = suspect.requests.filter((other) => other !== request);
    if (requests.length > 0) this.#putSuspect(sha256, { ...suspect, requests, trials: 0 });
    else this.#deleteSuspect(sha256);
    this.#mark();
  }

  /** Refuses an image that is at fault, until the record expires. */
  refuse(sha256: string, at = new Date().toISOString()): void {
    // Validated because hashes also arrive from other nodes, and the hash becomes a file name.
    if (this.#refused.has(sha256) || !isSha256(sha256) || isOlderThan(REFUSED_MS, at)) return;
    const record = { version: this.#settings.version, at };
    if (this.#refused.size >= MAX_REFUSED) this.#deleteRefusal(this.#refused.keys().next().value as string);
    this.#refused.set(sha256, record);
    this.#keep(() => this.#disk?.refused.put(sha256, record));
    this.#deleteSuspect(sha256);
    this.#mark();
  }

  /** Call it at an orderly exit: tasks in progress are not at fault. */
  close(): void {
    clearInterval(this.#forgetting);
    this.#keep(() => this.#disk?.own.remove());
    this.#disk = undefined;
  }

  #open(): void {
    const { folder, version } = this.#settings;
    const suspects = new RecordFolder<Suspect>(join(folder, "suspects"));
    const refused = new RecordFolder<ImageRecord>(join(folder, "refused"));
    const own = ProcessFolder.create(this.#processes);
    this.#disk = { own, suspects, refused };
    this.#suspects = suspects.load({ version, maxAgeMs: SUSPECT_MS, maxCount: MAX_SUSPECTS });
    this.#refused = refused.load({ version, maxAgeMs: REFUSED_MS, maxCount: MAX_REFUSED });
    this.found = this.collect();
    for (const [sha256, { trials }] of this.#suspects) if (trials >= MAX_TRIALS) this.refuse(sha256);
  }

  #suspect({ sha256, request }: JournalEntry, trials: number): void {
    if (this.#refused.has(sha256)) return;
    const before = this.#suspects.get(sha256);
    if (!before && this.#suspects.size >= MAX_SUSPECTS)
      this.#deleteSuspect(this.#suspects.keys().next().value as string);
    const requests = [...new Set([...(before?.requests ?? []), request])].slice(0, MAX_REQUESTS);
    const at = new Date().toISOString();
    const { version } = this.#settings;
    this.#putSuspect(sha256, { version, at, requests, trials: (before?.trials ?? 0) + trials });
  }

  #putSuspect(sha256: string, suspect: Suspect): void {
    this.#suspects.set(sha256, suspect);
    this.#keep(() => this.#disk?.suspects.put(sha256, suspect));
  }

  #deleteSuspect(sha256: string): void {
    if (this.#suspects.delete(sha256)) this.#keep(() => this.#disk?.suspects.delete(sha256));
  }

  #deleteRefusal(sha256: string): void {
    if (this.#refused.delete(sha256)) this.#keep(() => this.#disk?.refused.delete(sha256));
  }

  #forgetOld(): void {
    for (const [sha256, { at }] of this.#suspects) if (isOlderThan(SUSPECT_MS, at)) this.#deleteSuspect(sha256);
    for (const [sha256, { at }] of this.#refused) if (isOlderThan(REFUSED_MS, at)) this.#deleteRefusal(sha256);
    this.#mark();
  }

  #mark(): void {
    const marks = new Map<string, Mark>();
    for (const sha256 of this.#suspects.keys()) marks.set(sha256, "suspect");
    for (const sha256 of this.#refused.keys()) marks.set(sha256, "refused");
    writeMarks(this.marks, marks);
  }

  /** Disk failures must not stop images from being processed. */
  #keep(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (!this.#isUnwritable) this.#settings.onUnwritable(error);
      this.#isUnwritable = true;
    }
  }
}

function isOlderThan(ageMs: number, at: string): boolean {
  return Date.parse(at) < Date.now() - ageMs;
}
