/** The page of the dashboard that tries images, in a real browser. */
import { expect, it } from "vitest";
import { astronautFaces, orientedAstronaut, samplePath } from "../support/images.ts";
import { astronaut, boxesOf, openedDashboard } from "./opened-dashboard.ts";

const HOSTILE_NAME = "<img src=x onerror=hacked=1>.png";
const dashboard = openedDashboard();

it("shows the boxes over chosen images, and a problem in words", async () => {
  const { page, view } = dashboard.opened;
  await view("#/try", "Try it");
  await page.setInputFiles("input[name=files]", ["astronaut.png", "chelsea.png"].map(samplePath).concat("README.md"));
  await page.getByText("3 images in").waitFor();
  expect(await boxesOf(dashboard.opened.page, ".result")).toEqual(astronautFaces);
  const results = page.locator(".result");
  expect(await results.nth(0).innerText()).toMatch(/astronaut\.png\s+1 face[\s\S]*Inference/);
  expect(await results.nth(1).innerText()).toContain("no face");
  expect(await results.nth(2).innerText()).toMatch(/The media type is not supported[\s\S]*UNSUPPORTED_MEDIA_TYPE/);
  await expect
    .poll(() =>
      page
        .locator(".result img")
        .first()
        .evaluate((image) => (image as HTMLImageElement).naturalWidth),
    )
    .toBe(512);
});

it("sends a file whose name has control characters, and those beside it", async () => {
  const { page, view } = dashboard.opened;
  await view("#/try", "Try it");
  const named = { name: "bell\u0007.png", mimeType: "image/png", buffer: astronaut.bytes };
  const beside = { ...named, name: "beside.png" };
  await page.setInputFiles("input[name=files]", [named, beside]);
  for (const name of ["bell%07.png", "beside.png"]) await page.getByRole("heading", { name }).waitFor();
  expect(await boxesOf(dashboard.opened.page, ".result")).toEqual([...astronautFaces, ...astronautFaces]);
});

it("shows what was chosen last, whichever answer comes last", async () => {
  const { page, view } = dashboard.opened;
  await view("#/try", "Try it");
  const { promise, resolve: release } = Promise.withResolvers<void>();
  await page.route("**/process**", (route) => promise.then(() => route.continue()), { times: 1 });
  await page.setInputFiles("input[name=files]", samplePath("astronaut.png"));
  await page.getByText("Working…").waitFor();
  await page.setInputFiles("input[name=files]", samplePath("chelsea.png"));
  await page.getByRole("heading", { name: "chelsea.png" }).waitFor();
  release();
  await page.getByText("Working…").waitFor({ state: "hidden" });
  expect(await page.locator(".result h2").allInnerTexts()).toEqual(["chelsea.png"]);
});

it("shows the option whose wrong value keeps images from being sent, where the options are closed", async () => {
  const { page, view } = dashboard.opened;
  await view("#/try", "Try it");
  const options = page.getByText("Options of the models");
  const smallest = page.getByLabel("Smallest face, pixels");
  await options.click();
  await smallest.fill("5");
  await options.click();
  await smallest.waitFor({ state: "hidden" });
  await page.setInputFiles("input[name=files]", samplePath("astronaut.png"));
  await smallest.waitFor();
  expect(await smallest.evaluate((field) => field === document.activeElement)).toBe(true);
  await smallest.fill("96");
  await page.setInputFiles("input[name=files]", samplePath("astronaut.png"));
  await page.getByText("1 image in").waitFor();
});

it("takes what is dropped and what is pasted", async () => {
  const { page, view } = dashboard.opened;
  await view("#/try", "Try it");
  for (const type of ["drop", "paste"]) {
    await page.evaluate(
      ([kind, base64]) => {
        const transfer = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64 as string), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], `${kind}.png`, { type: "image/png" }));
        const zone = document.querySelector(".drop-zone") as Element;
        if (kind === "drop") zone.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
        else document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer }));
      },
      [type, astronaut.bytes.toString("base64")],
    );
    await page.getByRole("heading", { name: `${type}.png` }).waitFor();
    expect(await boxesOf(dashboard.opened.page, ".result")).toEqual(astronautFaces);
  }
});

it("takes images that are dropped on any page", async () => {
  const { page, view } = dashboard.opened;
  await view("#/jobs", "Jobs");
  const drag = (type: string) =>
    page.evaluate(
      ([kind, base64]) => {
        const dataTransfer = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64 as string), (letter) => letter.charCodeAt(0));
        dataTransfer.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
        const event = new DragEvent(kind as string, { dataTransfer, bubbles: true, cancelable: true });
        (document.querySelector("h1") as Element).dispatchEvent(event);
        return event.defaultPrevented;
      },
      [type, astronaut.bytes.toString("base64")],
    );
  expect(await drag("dragenter")).toBe(true);
  await page.getByText("Drop images to try them").waitFor();
  expect(await drag("dragover")).toBe(true);
  expect(await drag("drop")).toBe(true);
  await page.getByRole("heading", { level: 1, name: "Try it" }).waitFor();
  await page.getByRole("heading", { name: "dropped.png" }).waitFor();
  expect(await boxesOf(dashboard.opened.page, ".result")).toEqual(astronautFaces);
  expect(await page.getByText("Drop images to try them").isVisible()).toBe(false);
});

it("draws boxes where a browser shows a turned image's face", async () => {
  const { page, view } = dashboard.opened;
  await view("#/try", "Try it");
  const turned = { name: "turned.jpg", mimeType: "image/jpeg", buffer: orientedAstronaut("jpeg", 6) };
  await page.setInputFiles("input[name=files]", turned);
  await page.getByText("1 image in").waitFor();
  const [[x = 0, y = 0] = []] = await boxesOf(dashboard.opened.page, ".result");
  const [[faceX = 0, faceY = 0] = []] = astronautFaces;
  expect(Math.hypot(x - faceX, y - faceY)).toBeLessThan(12);
});

it("can make a job of it, and shows a file name as what it is", async () => {
  const { page, view } = dashboard.opened;
  await view("#/try", "Try it");
  await page.getByLabel(/Make it a job/).check();
  const file = { name: HOSTILE_NAME, mimeType: "image/png", buffer: astronaut.bytes };
  const creation = page.waitForRequest((request) => request.method() === "POST" && request.url().includes("/v1/jobs"));
  await page.setInputFiles("input[name=files]", file);
  // A browser that sends it again by itself makes no second job.
  expect((await creation).headers()).toMatchObject({ "idempotency-key": expect.stringMatching(/./) });
  await page.getByRole("heading", { level: 1, name: /^Job / }).waitFor();
  await page.locator(".title-row .badge.succeeded").waitFor();
  await page.locator("table").getByText(HOSTILE_NAME).click();
  await page.getByRole("dialog").getByRole("heading", { name: HOSTILE_NAME }).waitFor();
  // The service no longer has the image of a job that succeeded, but this page still does.
  await page.locator("dialog img").waitFor();
  // The image may have been read before the job ended.
  await expect.poll(() => boxesOf(dashboard.opened.page, "dialog")).toEqual(astronautFaces);
  await page.keyboard.press("Escape");
  await view("#/events", "Events");
  await page.getByText(HOSTILE_NAME).first().waitFor();
  expect(await page.locator("img[src=x]").count()).toBe(0);
});

it("makes one job of the same files where the answer to the first try was lost", async () => {
  const { page, view } = dashboard.opened;
  const jobs = async () => (await dashboard.client.get("/v1/jobs?limit=1000")).body.items.length;
  const before = await jobs();
  await view("#/try", "Try it");
  await page.getByLabel(/Make it a job/).check();
  let losses = 2;
  const browserSession = await page.context().newCDPSession(page);
  browserSession.on("Fetch.requestPaused", ({ requestId, request }) => {
    const isLost = request.method === "POST" && losses-- > 0;
    if (isLost) browserSession.send("Fetch.failRequest", { requestId, errorReason: "ConnectionReset" });
    else browserSession.send("Fetch.continueRequest", { requestId });
  });
  // Once the service has answered.
  const answers = { urlPattern: "*/v1/jobs*", requestStage: "Response" } as const;
  await browserSession.send("Fetch.enable", { patterns: [answers] });
  const choose = (...names: string[]) => page.setInputFiles("input[name=files]", names.map(samplePath));
  const lose = async (...names: string[]) => {
    const failure = page.waitForEvent("requestfailed");
    await choose(...names);
    await failure;
    await page.getByRole("alert").getByText("The service does not answer.").waitFor();
  };
  const make = async (...names: string[]) => {
    await view("#/try", "Try it");
    await page.getByLabel(/Make it a job/).check();
    await choose(...names);
    await page.getByRole("heading", { level: 1, name: /^Job / }).waitFor();
    return jobs();
  };
  await lose("astronaut.png");
  await lose("chelsea.png", "astronaut.png");
  expect(await jobs()).toBe(before + 2);
  expect(await make("chelsea.png", "astronaut.png")).toBe(before + 2);
  expect(await make("astronaut.png")).toBe(before + 2);
  // With an answer, it is another job.
  expect(await make("astronaut.png")).toBe(before + 3);
});
