import { describe, expect, it } from "vitest";
import { expectOrder } from "../support/event-order.ts";
import { golden, type SequencedEvent } from "../support/job-client.ts";

const accepted = [{ id: "a", images: golden.slice(0, 1) }];
const whole = "created.0 queued.1 0.running.1 running.2 0.pending.2 0.running.3 0.done.4 succeeded.3";

/** Events of job `a`: `<state>.<revision>` of the job, `0.<state>.<revision>` of its image. */
function log(text: string): SequencedEvent[] {
  return text.split(" ").map((name, index) => {
    const [state, ofImage] = name.split(".");
    const [type, subject] = name.startsWith("0") ? [`image.${ofImage}`, "jobs/a/images/0"] : [`job.${state}`, "jobs/a"];
    return { id: `a.${name}`, type: `dev.sightline.${type}`, subject, sequence: index + 1 } as SequencedEvent;
  });
}

describe("the order of events", () => {
  it("is right when an attempt was lost", () => {
    expectOrder(log(whole), accepted);
  });

  it.each([
    ["an event of the job is missing", whole.replace("running.2 ", "")],
    ["an event of the job is there twice", whole.replace("queued.1", "queued.1 queued.1")],
    ["an image has no event", "created.0 queued.1 running.2 succeeded.3"],
    ["an event of an image is missing", whole.replace("0.pending.2 ", "")],
    ["two events of an image are missing", whole.replace("0.pending.2 0.running.3 ", "")],
    ["an image is done twice", whole.replace("0.done.4", "0.done.4 0.done.5")],
    ["an image begins before its job is queued", whole.replace("queued.1 0.running.1", "0.running.1 queued.1")],
    ["an image is done before its job is running", "created.0 queued.1 0.running.1 0.done.2 running.2 succeeded.3"],
    ["an image is done after its job", "created.0 queued.1 0.running.1 running.2 succeeded.3 0.done.2"],
    [
      "events of an image are exchanged",
      whole.replace("0.running.1 running.2 0.pending.2", "0.pending.2 running.2 0.running.1"),
    ],
  ])("is wrong when %s", (_, text) => {
    expect(() => expectOrder(log(text), accepted)).toThrow();
  });
});
