/** Results of a remote encoder on the dashboard, in a real browser. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { type EncoderStub, startEncoderStub } from "../support/encoder-stub.ts";
import { JobClient } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { astronaut, boxesOf } from "./opened-dashboard.ts";
import { openPage } from "./opened-page.ts";

let stub: EncoderStub;
let service: RunningService;
let browser: Browser;
beforeAll(async () => {
  stub = await startEncoderStub();
  service = await startService({ ENCODER_URL: stub.url });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await stub?.close();
});

it("an image whose faces have no boxes is shown without boxes", async () => {
  stub.faces = 2;
  const client = new JobClient(service.url);
  const { id } = await client.create([astronaut], "?models=face-encoding");
  expect((await client.finished(id)).state).toBe("succeeded");
  const { page, view, close } = await openPage(browser, service.url);
  await view(`#/jobs/${id}`, `Job ${id.slice(0, 8)}`);
  await page.getByRole("button", { name: "astronaut.png" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("img", { name: "astronaut.png: 2 faces" }).waitFor();
  expect(await boxesOf(page, "dialog")).toEqual([]);
  await close();
});
