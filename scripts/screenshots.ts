/**
 * Takes the screenshots of `docs/dashboard.md`: a service processes the sample images for a minute and a half, with
 * some failures, and a browser captures the dashboard.
 *
 *   node scripts/run.mjs node scripts/screenshots.ts [folder]
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { startBreakableService } from "../test/support/breakable-service.ts";
import { launchBrowser } from "../test/support/browser.ts";
import { sample, samplePath } from "../test/support/images.ts";
import { JobClient, type NamedFile } from "../test/support/job-client.ts";

const folder = process.argv[2] ?? join(import.meta.dirname, "../docs/images");
const QUALITY = 80;
const WORK_MS = 90_000;
const names = ["astronaut.png", "camera.png", "chelsea.png", "coffee.png", "rocket.jpg"];
const samples: NamedFile[] = names.map((name) => ({ name, bytes: sample(name) }));
const notes: NamedFile = { name: "notes.jpg", bytes: new TextEncoder().encode("no image") };

const some = (count: number) =>
  Array.from({ length: count }, (_, index) => samples[index % samples.length] as NamedFile);

async function pageOf(browser: Browser, url: string, hash: string, width: number, colorScheme: "light" | "dark") {
  const height = width < 640 ? 844 : 960;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  await page.goto(`${url}/dashboard${hash}`);
  await page.locator(".connection.live").waitFor();
  await page.locator("main h1").waitFor();
  return page;
}

async function save(page: Page, name: string): Promise<void> {
  // Charts are drawn only shortly after their data has arrived.
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: join(folder, name), type: "jpeg", quality: QUALITY });
  await page.context().close();
}

mkdirSync(folder, { recursive: true });
const service = await startBreakableService({ MAX_ATTEMPTS: "1" });
const browser = await launchBrowser();
try {
  const client = new JobClient(service.url);
  const failing = async () => {
    service.detector("fail");
    const { id } = await client.create([samples[3] as NamedFile], "?labels=camera:door");
    await client.get(`/v1/jobs/${id}/results?wait=10`);
  };
  await failing();
  service.detector("");
  const until = Date.now() + WORK_MS;
  for (let round = 0; Date.now() < until; round++) {
    const files = [...some(150 + 50 * (round % 4)), ...(round % 3 === 1 ? [notes] : [])];
    const { id } = await client.create(files, `?labels=album:day-${round + 1}`);
    await client.get(`/v1/jobs/${id}/results?wait=30`);
    await sleep(400 * (round % 4));
  }
  const mixed = await client.create([...samples, notes, ...samples.slice(0, 3)], "?labels=album:summer,camera:door");
  await client.get(`/v1/jobs/${mixed.id}/results?wait=10`);
  const running = await client.create(some(1000), "?labels=album:winter");

  const overview = await pageOf(browser, service.url, "", 1440, "light");
  await overview.getByRole("button", { name: "5 min", exact: true }).click();
  await save(overview, "dashboard-overview.jpg");
  const narrow = await pageOf(browser, service.url, "", 390, "dark");
  await narrow.getByRole("button", { name: "5 min", exact: true }).click();
  await save(narrow, "dashboard-narrow.jpg");
  const jobs = await pageOf(browser, service.url, "#/jobs", 1440, "light");
  for (const row of [0, 1]) await jobs.locator("tbody input[type=checkbox]").nth(row).check();
  await save(jobs, "dashboard-jobs.jpg");
  await client.post(`/v1/jobs/${running.id}/cancel`);
  const job = await pageOf(browser, service.url, `#/jobs/${mixed.id}`, 1440, "dark");
  await job.getByRole("button", { name: "astronaut.png" }).first().click();
  await job.locator("dialog rect.box").waitFor();
  await save(job, "dashboard-job.jpg");
  const tryIt = await pageOf(browser, service.url, "#/try", 1440, "light");
  await tryIt.setInputFiles("input[name=files]", ["astronaut.png", "chelsea.png", "coffee.png"].map(samplePath));
  await tryIt.locator(".result rect.box").waitFor();
  await save(tryIt, "dashboard-try.jpg");
} finally {
  await browser.close();
  await service.kill();
}
