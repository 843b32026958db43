import { expect, it } from "vitest";
import { eraseLateJobs } from "../../lib/erasure/late-jobs.ts";
import { FIRST_ADMIN } from "../../lib/sessions/owner.ts";
import { jobEvent } from "../support/job-events.ts";

it("erases owners again whose jobs were created when they were erased, and no others", async () => {
  const ofOwner = (owner: string, state: "created" | "queued") => ({ ...jobEvent(`of ${owner}`, state, 0), owner });
  const events = [
    ofOwner("gone", "created"),
    ofOwner("gone", "queued"),
    ofOwner("there", "created"),
    ofOwner(FIRST_ADMIN, "created"),
    ofOwner("gone before", "queued"),
    jobEvent("of nobody", "created", 0),
  ];
  const erased: string[] = [];
  const exists = async (owner: string) => owner === "there";
  await eraseLateJobs(events, { exists }, async (owner) => erased.push(owner));
  expect(erased).toEqual(["gone"]);
});
