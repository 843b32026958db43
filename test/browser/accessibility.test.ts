/** The dashboard for those who use the keyboard, a screen reader, a phone, or the dark. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { launchBrowser } from "../support/browser.ts";
import { sample } from "../support/images.ts";
import { JobClient } from "../support/job-client.ts";
import { freePort } from "../support/service.ts";
import { until } from "../support/until.ts";
import { violationsOn } from "./axe.ts";
import { faultsOf } from "./faults.ts";
import { openPage } from "./opened-page.ts";

let service: BreakableService;
let browser: Browser;
let jobId: string;
beforeAll(async () => {
  service = await startBreakableService({
    MAX_ATTEMPTS: "1",
    WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString("base64")}`,
    WEBHOOK_ALLOW_PRIVATE: "true",
    WEBHOOK_RETRY_MS: "1",
  });
  browser = await launchBrowser();
  const client = new JobClient(service.url);
  const files = ["astronaut.png", "coffee.png"].map((name) => ({ name, bytes: sample(name) }));
  // An image and webhooks that are given up.
  service.detector("fail");
  const callbackUrl = `http://127.0.0.1:${await freePort()}/${"hook".repeat(40)}`;
  await client.finished((await client.create(files.slice(0, 1), `?callbackUrl=${callbackUrl}`)).id);
  await until(async () => (await client.get("/v1/webhooks/deliveries")).body.items.length > 0);
  service.detector("");
  const { id } = await client.create(
    [...files, { name: `${"long-".repeat(30)}.jpg`, bytes: Buffer.from("no image") }],
    `?labels=a:b,long:${"w".repeat(120)}`,
  );
  jobId = id;
  await client.finished(id);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** Their addresses and headings. */
function views(): [hash: string, title: string][] {
  return [
    ["#/", "Overview"],
    ["#/jobs", "Jobs"],
    ["#/jobs?state=failed&labels=a:b", "Jobs"],
    ["#/jobs/no-such-job", "Unknown job"],
    [`#/jobs/${jobId}`, `Job ${jobId.slice(0, 8)}`],
    ["#/dead-letters", "Dead letters"],
    ["#/models", "Models"],
    ["#/events", "Events"],
    ["#/try", "Try it"],
  ];
}

// Each width and each theme once: how wide a view is decides no color.
it.each([
  ["light", 1280],
  ["dark", 320],
] as const)("every view can be read and used: %s, %i pixels wide", async (colorScheme, width) => {
  const opened = await openPage(browser, service.url, { colorScheme, viewport: { width, height: 844 } });
  for (const [hash, title] of views()) {
    await opened.view(hash, title);
    const faults = [...(await opened.page.evaluate(faultsOf)), ...(await violationsOn(opened.page))];
    expect({ hash, faults }).toEqual({ hash, faults: [] });
  }
  await opened.close();
});

it("the name of a file covers no other text of its event", async () => {
  const opened = await openPage(browser, service.url, { viewport: { width: 320, height: 844 } });
  await opened.view("#/events", "Events");
  await opened.page.locator(".event-more", { hasText: "long-" }).first().waitFor();
  const gaps = await opened.page.locator(".event").evaluateAll((events) =>
    events.map((event) => {
      const range = document.createRange();
      range.selectNodeContents(event.querySelector(".event-what") as Element);
      const name = event.querySelector(".event-more") as Element;
      return name.getBoundingClientRect().left - range.getBoundingClientRect().right;
    }),
  );
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
  await opened.close();
});

it("letters are as large as the browser's settings say, and every view has room for them", async () => {
  const withLargeLetters = await launchBrowser({ letterPixels: 32 });
  try {
    for (const width of [1280, 320]) {
      const opened = await openPage(withLargeLetters, service.url, { viewport: { width, height: 844 } });
      for (const [hash, title] of views()) {
        await opened.view(hash, title);
        const { letters, excess } = await opened.page.evaluate(() => ({
          letters: ["h1", "main", "header a"].map((name) => {
            const element = document.querySelector(name) as Element;
            return Number.parseFloat(getComputedStyle(element).fontSize);
          }),
          excess: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        }));
        expect({ hash, width, excess }).toEqual({ hash, width, excess: 0 });
        expect(Math.min(...letters)).toBeGreaterThanOrEqual(28);
      }
      await opened.close();
    }
  } finally {
    await withLargeLetters.close();
  }
});

it("the keyboard alone reaches everything", async () => {
  const opened = await openPage(browser, service.url);
  const { page } = opened;
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
  const tabTo = async (text: string) => {
    for (let steps = 0; steps < 60; steps++) {
      await page.keyboard.press("Tab");
      if ((await focused()) === text) return;
    }
    throw new Error(`Tab never came to ${text}.`);
  };
  const link = page.getByRole("link", { name: jobId.slice(0, 8) }).first();
  for (const there of [page.getByRole("button", { name: "5 min", exact: true }), link]) await there.waitFor();
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  await tabTo("5 min");
  const outline = () => page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
  expect(await outline()).toBe("solid");
  await page.keyboard.press("Enter");
  expect(await page.getByRole("button", { name: "5 min", exact: true }).getAttribute("aria-pressed")).toBe("true");
  await tabTo(jobId.slice(0, 8));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: `Job ${jobId.slice(0, 8)}` }).waitFor();
  // The focus went along: the next stop is behind the heading, not at the top of the page.
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
  await page.getByRole("button", { name: "astronaut.png" }).waitFor();
  await tabTo("astronaut.png");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  for (let steps = 0; steps < 6; steps++) {
    await page.keyboard.press("Tab");
    const isInside = () =>
      page.evaluate(
        () =>
          document.querySelector("dialog")?.contains(document.activeElement) ||
          document.activeElement === document.body,
      );
    expect(await isInside()).toBe(true);
  }
  await page.keyboard.press("ArrowRight");
  await page.getByRole("dialog").getByRole("heading", { name: "coffee.png" }).waitFor();
  // The button has nothing to do at the last image, and keeps the focus.
  const next = page.getByRole("dialog").getByRole("button", { name: "Next →" });
  await next.focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => next.getAttribute("aria-disabled")).toBe("true");
  expect(await focused()).toBe("Next →");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("dialog").getByRole("heading", { name: "coffee.png" }).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  await expect.poll(focused).toBe("astronaut.png");
  await opened.close();
});

it("the focus is on the heading once what had it is gone, and progress is not read out", async () => {
  const client = new JobClient(service.url);
  const jobs = await Promise.all(
    [1, 2, 3].map(() =>
      client.create([{ name: "a.png", bytes: sample("coffee.png") }], "?execute=false&labels=gone:soon"),
    ),
  );
  const opened = await openPage(browser, service.url);
  const { page } = opened;
  await opened.view("#/jobs?labels=gone:soon", "Jobs");
  const focused = () => page.evaluate(() => document.activeElement?.tagName);
  await page.getByRole("checkbox", { name: `Choose job ${jobs[0]?.id}` }).check();
  await page.getByRole("button", { name: "Choose none" }).press("Enter");
  await expect.poll(focused).toBe("H1");
  await page.getByRole("checkbox", { name: "Choose all jobs on this page" }).check();
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const region = element?.closest("[role=status]");
        if (region && !region.matches(".connection")) said.push(region.textContent?.trim() ?? "");
      }
      for (const { addedNodes } of changes)
        for (const node of addedNodes)
          if (node instanceof Element && node.matches("[role=status]")) said.push(node.textContent?.trim() ?? "");
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await page.getByRole("button", { name: "Delete", exact: true }).press("Enter");
  await page.getByRole("button", { name: "Delete the jobs" }).press("Enter");
  await page.locator(".notice", { hasText: "3 of 3 jobs deleted" }).waitFor();
  await expect.poll(focused).toBe("H1");
  expect(await page.evaluate("said")).toEqual(["3 of 3 jobs deleted"]);
  await opened.close();
});

it("on a phone, a menu leads to all pages, by touch and by keyboard", async () => {
  const opened = await openPage(browser, service.url, { viewport: { width: 390, height: 844 } });
  const { page } = opened;
  const menu = page.getByRole("button", { name: "Menu" });
  const pages = page.getByRole("navigation", { name: "Pages of the dashboard" });
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  expect(await pages.count()).toBe(0);
  await menu.focus();
  await page.keyboard.press("Enter");
  expect(await menu.getAttribute("aria-expanded")).toBe("true");
  expect(await pages.getByRole("link").allInnerTexts()).toEqual([
    "Overview",
    "Jobs",
    "Dead letters",
    "Models",
    "Events",
    "Try it",
  ]);
  expect([...(await page.evaluate(faultsOf)), ...(await violationsOn(page))]).toEqual([]);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  expect(await pages.count()).toBe(0);
  expect(await menu.evaluate((button) => button === document.activeElement)).toBe(true);
  await menu.click();
  await pages.getByRole("link", { name: "Models" }).click();
  await page.getByRole("heading", { level: 1, name: "Models" }).waitFor();
  expect(await pages.count()).toBe(0);
  await opened.close();
});

it.each(["light", "dark"] as const)("a contrast theme leaves what only a colour shows: %s", async (colorScheme) => {
  const viewport = { width: 390, height: 844 };
  const opened = await openPage(browser, service.url, { forcedColors: "active", colorScheme, viewport });
  const { page } = opened;
  await page.locator(".connection.live").waitFor();
  await page.locator(".chart-host canvas").first().waitFor();
  // Chosen before, and not what the contrast theme is like.
  await page.getByRole("button", { name: "Change between light and dark" }).click();
  const background = (selector: string, pseudo?: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element, before) => getComputedStyle(element, before).backgroundColor, pseudo);
  const surface = await background(".panel");
  const [pressed, other] = [await background("[aria-pressed=true]"), await background("[aria-pressed=false]")];
  expect(pressed).not.toBe(other);
  expect(await background(".connection", "::before")).not.toBe(surface);
  const entries = [
    await background(".legend-entry.good", "::before"),
    await background(".legend-entry.bad", "::before"),
  ];
  expect(new Set([...entries, surface]).size).toBe(3);
  const hasColours = () =>
    page
      .locator(".chart-host canvas")
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        const context = canvas.getContext("2d") as CanvasRenderingContext2D;
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, at) => at % 4 === 0 && Math.abs(value - (data[at + 1] as number)) > 60);
      });
  await expect.poll(hasColours).toBe(true);
  const faults = [...(await page.evaluate(faultsOf)), ...(await violationsOn(page))];
  expect(faults).toEqual([]);
  await opened.close();
});

it("a phone's camera can be used, and is not offered where there is none", async () => {
  for (const isPhone of [true, false]) {
    const opened = await openPage(browser, service.url, { hasTouch: isPhone, isMobile: isPhone });
    await opened.view("#/try", "Try it");
    const camera = opened.page.locator("label", { hasText: "Take a photo" });
    expect(await camera.isVisible()).toBe(isPhone);
    expect(await camera.locator("input").getAttribute("capture")).toBe("environment");
    await opened.close();
  }
});

it("a chosen theme stays", async () => {
  const opened = await openPage(browser, service.url, { colorScheme: "light" });
  const { page } = opened;
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByRole("button", { name: "Change between light and dark" }).click();
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.reload();
  expect(await background()).toBe(dark);
  await opened.close();
});

it("charts have the theme that was chosen on another page", async () => {
  const opened = await openPage(browser, service.url, { colorScheme: "light" });
  const { page, view } = opened;
  /** The brightest channel of the colour that the chart has most of: that of its grid. */
  const brightness = () =>
    page
      .locator(".uplot canvas")
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        const context = canvas.getContext("2d") as CanvasRenderingContext2D;
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        const counts = new Map<number, number>();
        for (let at = 0; at < data.length; at += 4) {
          if (data[at + 3] !== 255) continue;
          const brightest = Math.max(...data.slice(at, at + 3));
          counts.set(brightest, (counts.get(brightest) ?? 0) + 1);
        }
        return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
      });
  await expect.poll(brightness).toBeGreaterThan(200);
  await view("#/models", "Models");
  await page.getByRole("button", { name: "Change between light and dark" }).click();
  await view("#/", "Overview");
  await expect.poll(brightness).toBeLessThan(100);
  await opened.close();
});

it("works where the browser lets pages keep nothing", async () => {
  const opened = await openPage(browser, service.url, { colorScheme: "light", timezoneId: "Asia/Kolkata" });
  const { page } = opened;
  await page.addInitScript(() => {
    const get = () => {
      throw new DOMException("denied", "SecurityError");
    };
    Object.defineProperty(globalThis, "localStorage", { get });
  });
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.getByRole("button", { name: "Change between light and dark" }).click();
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
  await page.getByRole("button", { name: /^Times in GMT/ }).click();
  await page.getByRole("button", { name: /^Times in UTC/ }).waitFor();
  await opened.close();
});

it("the page runs only its own scripts, and brings all it needs", async () => {
  const response = await fetch(`${service.url}/dashboard`);
  const policy = response.headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  const html = await response.text();
  expect(html).not.toMatch(/<style|\sstyle=|<script>|\son\w+=/);
});

/** How many events have a part that covers another. */
const coveredEvents = (page: Page) =>
  page.locator(".event").evaluateAll((events) => {
    /** Where the text is, which may be wider than its element. */
    const textOf = (element: Element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return range.getBoundingClientRect();
    };
    const covers = (one: DOMRect, other: DOMRect) =>
      one.right > other.left && other.right > one.left && one.bottom > other.top && other.bottom > one.top;
    return events.filter((event) => {
      const parts = [".event-sequence", "time", ".badge"].map((part) => textOf(event.querySelector(part) as Element));
      return parts.some((part, at) => parts.slice(at + 1).some((other) => covers(part, other)));
    }).length;
  });

it("with letters twice as large on a wide screen, no part of an event covers another", async () => {
  const opened = await openPage(browser, service.url, {
    path: "/dashboard#/events",
    viewport: { width: 1900, height: 900 },
  });
  const { page } = opened;
  await page.locator(".event .badge.partially_failed").waitFor();
  await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
  expect(await coveredEvents(page)).toBe(0);
  await opened.close();
});

it.each([
  [320, 16],
  [390, 32],
])("on a screen of %i pixels with letters of %i, no part of an event covers another", async (width, letterPixels) => {
  const own = await launchBrowser({ letterPixels });
  try {
    const opened = await openPage(own, service.url, { path: "/dashboard#/events", viewport: { width, height: 844 } });
    await opened.page.locator(".event .badge.partially_failed").waitFor();
    expect(await coveredEvents(opened.page)).toBe(0);
    await opened.close();
  } finally {
    await own.close();
  }
});
