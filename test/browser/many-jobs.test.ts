/** The list of many jobs on the dashboard, in a real browser: what is listed, and what is done with several at once. */
import { expect, it } from "vitest";
import { whenPast } from "../support/job-client.ts";
import { cat, openedDashboard } from "./opened-dashboard.ts";
import { openPage } from "./opened-page.ts";

const dashboard = openedDashboard();

const chosen = (id: string) => dashboard.opened.page.getByRole("checkbox", { name: `Choose job ${id}` });
const shown = async () =>
  (await dashboard.opened.page
    .locator("tbody a.id")
    .evaluateAll((links) => links.map((link) => link.getAttribute("title")))) as string[];
const address = () => dashboard.opened.page.evaluate(() => location.hash);

it("are found by a label without a value, and by one with a comma in its value", async () => {
  const { page, view } = dashboard.opened;
  const { id: urgent } = await dashboard.client.create([cat], "?execute=false&labels=urgent");
  const { id: paris } = await dashboard.client.create([cat], "?execute=false&labels=place:Paris%5C%2C+France");
  await view("#/jobs", "Jobs");
  for (const [label, id] of [
    ["urgent", urgent],
    ["place:Paris\\, France", paris],
  ] as const) {
    await page.getByLabel("Labels").fill(label);
    await page.getByLabel("Labels").press("Enter");
    await expect.poll(shown).toEqual([id]);
  }
});

it("are filtered by what was typed and the state that is tapped next, on a touch screen", async () => {
  const { id } = await dashboard.client.create([cat], "?execute=false");
  const opened = await openPage(dashboard.browser, dashboard.service.url, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const { page, view, close } = opened;
  await view("#/jobs", "Jobs");
  await page.getByRole("searchbox", { name: "Id" }).tap();
  await page.keyboard.type(id.slice(0, 8));
  await page.getByRole("button", { name: "Failed", exact: true }).tap();
  await page.getByText("No job matches these filters.").waitFor();
  expect(await page.evaluate(() => location.hash)).toBe(`#/jobs?idPrefix=${id.slice(0, 8)}&state=failed`);
  await page.getByRole("button", { name: "In progress" }).tap();
  await page.locator(`tbody a[title="${id}"]`).waitFor();
  await close();
});

it("are filtered, sorted and paged by the address, which Back and a reload keep", async () => {
  const { page, view } = dashboard.opened;
  const made: string[] = [];
  for (let n = 0; n < 55; n++) {
    const job = await dashboard.client.create([cat], `?execute=false&labels=set:paged,n:${n}&priority=${n % 10}`);
    made.unshift(job.id);
    await whenPast(job);
  }
  const [newest] = made as [string];
  await view("#/jobs", "Jobs");
  await page.getByLabel("Labels").fill("set:paged");
  await page.getByLabel("Labels").press("Enter");
  await expect.poll(shown).toEqual(made.slice(0, 50));
  expect(await address()).toBe("#/jobs?labels=set%3Apaged");
  // Whoever filters by keyboard goes on where they were.
  expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("labels");
  await page.getByRole("button", { name: "Next →" }).click();
  await expect.poll(shown).toEqual(made.slice(50));
  const secondPage = await address();
  await page.reload();
  await expect.poll(shown).toEqual(made.slice(50));
  await page.goBack();
  await expect.poll(shown).toEqual(made.slice(0, 50));
  // Back leads to the same place in the list.
  await page.evaluate((id) => {
    scrollTo(0, 1_000);
    document.querySelector<HTMLElement>(`a[title="${id}"]`)?.click();
  }, made[20] as string);
  await page.getByRole("heading", { level: 1, name: /^Job / }).waitFor();
  await page.goBack();
  await expect.poll(shown).toEqual(made.slice(0, 50));
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(1_000);
  await page.getByLabel("Sorted").selectOption("oldest first");
  await expect.poll(async () => (await shown())[0]).toBe(made.at(-1));
  await page.getByLabel("Sorted").selectOption("newest first");
  await page.getByRole("searchbox", { name: "Id" }).fill(newest.slice(0, 8).toUpperCase());
  await page.getByRole("searchbox", { name: "Id" }).press("Enter");
  await expect.poll(shown).toEqual([newest]);
  await page.getByRole("link", { name: newest.slice(0, 8) }).click();
  await page.getByRole("heading", { level: 1, name: /^Job / }).waitFor();
  await page.goBack();
  await expect.poll(shown).toEqual([newest]);
  await page.getByRole("button", { name: "Clear all filters" }).click();
  await expect.poll(address).toBe("#/jobs");
  await page.getByLabel("Created before").fill("2020-01-01T00:00");
  await page.getByText("No job matches these filters.").waitFor();
  await page.evaluate(() => {
    location.hash = "#/jobs?state=created&model=faces-haar&labels=n:7";
  });
  await expect.poll(shown).toEqual([made[47]]);
  expect(await page.getByLabel("Model").inputValue()).toBe("faces-haar");
  for (const id of made) await dashboard.client.send("DELETE", `/v1/jobs/${id}`);
  await page.evaluate((hash) => {
    location.hash = hash;
  }, secondPage);
  await page.getByText("The list ends before this page.").waitFor();
});

it("are cancelled, retried and deleted together, and what came of it is told", async () => {
  const { page, view } = dashboard.opened;
  dashboard.service.detector("fail");
  const failed = await dashboard.client.create([cat], "?labels=set:together");
  await dashboard.client.finished(failed.id);
  dashboard.service.detector("");
  const done = await dashboard.client.create([cat], "?labels=set:together");
  await dashboard.client.finished(done.id);
  const waiting = [];
  for (let n = 0; n < 3; n++) waiting.push(await dashboard.client.create([cat], "?execute=false&labels=set:together"));
  await view("#/jobs?labels=set:together", "Jobs");
  await expect.poll(async () => (await shown()).length).toBe(5);
  await page.getByRole("checkbox", { name: "Choose all jobs on this page" }).check();
  await page.getByText("5 jobs chosen").waitFor();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("button", { name: "Change nothing" }).click();
  expect((await dashboard.client.job(waiting[0]?.id as string)).state).toBe("created");
  // One is cancelled by somebody else meanwhile.
  await dashboard.client.post(`/v1/jobs/${waiting[0]?.id}/cancel`);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("button", { name: "Cancel the jobs" }).click();
  await page.locator(".notice", { hasText: "2 of 5 jobs cancelled, 3 had ended" }).waitFor();
  await expect.poll(() => page.locator("tbody .badge.cancelled").count()).toBe(3);
  await chosen(failed.id).check();
  expect(await page.getByRole("button", { name: "Cancel", exact: true }).isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Retry", exact: true }).click();
  await page.getByRole("button", { name: "Retry them" }).click();
  await page.locator(".notice", { hasText: "1 of 1 job queued again" }).waitFor();
  await expect.poll(async () => (await dashboard.client.job(failed.id)).state).toBe("succeeded");
  await chosen(done.id).check();
  await page.getByRole("button", { name: "Choose all on this page" }).click();
  await dashboard.client.send("DELETE", `/v1/jobs/${done.id}`);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete the jobs" }).click();
  await page.locator(".notice", { hasText: /^[45] of [45] jobs deleted/ }).waitFor();
  await page.getByText("No job matches these filters.").waitFor();
  expect(await dashboard.client.jobs("labels=set:together")).toEqual([]);
});

it("have ids that are copied, and times in the zone that is chosen", async () => {
  const { id } = await dashboard.client.create([cat], "?execute=false&labels=set:times");
  const berlin = await openPage(dashboard.browser, dashboard.service.url, {
    timezoneId: "Europe/Berlin",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const { page, view } = berlin;
  await view("#/jobs?labels=set:times", "Jobs");
  await page.getByRole("button", { name: `Copy the id of job ${id.slice(0, 8)}` }).click();
  await page.getByText(`Copied the id of job ${id.slice(0, 8)}.`).waitFor({ state: "attached" });
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(id);
  const { createdAt } = await dashboard.client.job(id);
  const clock = (timeZone: string) =>
    new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(
      new Date(createdAt),
    );
  await page.getByRole("columnheader", { name: /^Created, GMT\+[12]$/ }).waitFor();
  expect(await page.locator("tbody time").innerText()).toContain(clock("Europe/Berlin"));
  await page.getByRole("button", { name: /^Times in GMT/ }).click();
  await page.getByRole("columnheader", { name: "Created, UTC" }).waitFor();
  expect(await page.locator("tbody time").innerText()).toContain(clock("UTC"));
  // What is chosen in the form is in that zone, too.
  await page.getByLabel("Created from, UTC").fill(createdAt.slice(0, 16));
  await expect
    .poll(() => page.evaluate(() => location.hash))
    .toContain(`createdFrom=${encodeURIComponent(`${createdAt.slice(0, 16)}:00.000Z`)}`);
  await page.getByRole("link", { name: id.slice(0, 8) }).waitFor();
  await page.reload();
  await page.getByRole("columnheader", { name: "Created, UTC" }).waitFor();
  await dashboard.client.send("DELETE", `/v1/jobs/${id}`);
  await berlin.close();
});
