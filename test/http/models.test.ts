import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningService, startService } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";

async function expectGoldenBoxes(url: string, engine: string): Promise<void> {
  const model = await (await fetch(`${url}/v1/models/faces-haar`)).json();
  expect(model).toMatchObject({ name: "faces-haar", state: "ready", engine: { name: engine } });
  for (const { path, faces } of goldenImages()) {
    const body = readFileSync(path);
    const headers = { "Content-Type": "image/jpeg" };
    const answer = await fetch(`${url}/process`, { method: "POST", headers, body });
    expect(await answer.json()).toMatchObject({ images: [{ faces }] });
  }
}

describe("the engine of faces-haar", () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startService({ HAAR_ENGINE: "auto" });
  });
  afterAll(() => service.stop());

  it("is the exact one with HAAR_ENGINE=auto, and gives the golden boxes", () =>
    expectGoldenBoxes(service.url, "exact"));

  it.each(["exact", "opencv"])("is the one that HAAR_ENGINE=%s says, and gives the golden boxes", async (engine) => {
    const other = await startService({ HAAR_ENGINE: engine });
    await expectGoldenBoxes(other.url, engine);
    await other.stop();
  });

  it("is listed with the other models, and an unknown one is not there", async () => {
    const { items } = (await (await fetch(`${service.url}/v1/models`)).json()) as {
      items: { name: string; state: string }[];
    };
    const states = Object.fromEntries(items.map(({ name, state }) => [name, state]));
    // Nobody pulled the files of the others.
    const unavailable = ["faces-yunet", "face-encoding", "classify", "objects"].map((name) => [name, "unavailable"]);
    expect(states).toEqual({ "faces-haar": "ready", ...Object.fromEntries(unavailable) });
    const unknown = await fetch(`${service.url}/v1/models/none`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ code: "MODEL_NOT_FOUND" });
  });
});
