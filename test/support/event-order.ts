/** The order of the events of a job that succeeded, read from the log. */
import { expect } from "vitest";
import type { SequencedEvent } from "./job-client.ts";
import type { Accepted } from "./outcomes.ts";

const JOB_STATES = ["job.created", "job.queued", "job.running", "job.succeeded"];
/** Any number of attempts that were lost, then one that was not. */
const IMAGE_STATES = /^(running pending )*running done$/;

/**
 * - The job is created, queued, running and over, in this order; it is queued before any image's event, running before
 *   the first image is done, and over after the last image's event.
 * - Each image has attempts that were lost and one that was not.
 * - The revision at the end of each id ascends by one: no change of a job or of an image is without its event.
 */
export function expectOrder(events: readonly SequencedEvent[], accepted: readonly Accepted[]): void {
  const bySubject = Map.groupBy(events, ({ subject }) => subject);
  const ofSubject = (subject: string) => bySubject.get(subject) ?? [];
  for (const { id, images } of accepted) {
    const job = ofSubject(`jobs/${id}`);
    expect(job.map(nameOf), `events of ${id}`).toEqual(JOB_STATES);
    expect(job.map(revisionOf), `revisions of ${id}`).toEqual([0, 1, 2, 3]);
    const [, queued = 0, running = 0, succeeded = 0] = job.map(({ sequence }) => sequence);
    for (const index of images.keys()) {
      const subject = `jobs/${id}/images/${index}`;
      const image = ofSubject(subject);
      const states = image.map((event) => nameOf(event).replace("image.", "")).join(" ");
      expect(states, `events of ${subject}`).toMatch(IMAGE_STATES);
      expect(image.map(revisionOf), `revisions of ${subject}`).toEqual(image.map((_, n) => n + 1));
      const [first = 0, last = 0] = [image[0]?.sequence, image.at(-1)?.sequence];
      expect(first, `${subject} after job.queued`).toBeGreaterThan(queued);
      expect(last, `${subject} is done after job.running`).toBeGreaterThan(running);
      expect(last, `${subject} before job.succeeded`).toBeLessThan(succeeded);
    }
  }
}

function nameOf({ type }: SequencedEvent): string {
  return type.replace("dev.sightline.", "");
}

function revisionOf({ id }: SequencedEvent): number {
  return Number(id.slice(id.lastIndexOf(".") + 1));
}
