/** The dashboard, the alert rules and the documentation name metrics that exist. */
import { readFileSync } from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { queueDepth, queueOldestSeconds, registry } from "../../lib/telemetry/metrics.ts";

afterEach(() => {
  vi.useRealTimers();
});

const known = new Set(
  registry.getMetricsAsArray().flatMap(({ name }) => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]),
);
const mentioned = (text: string) => new Set(text.match(/\b(?:sightline|nodejs|process)_\w+/g));
const read = (name: string) => readFileSync(`docs/monitoring/${name}`, "utf8");

it.each(["grafana-dashboard.json", "alerts.yaml", "README.md"])("%s", (name) => {
  const names = mentioned(read(name));
  expect(names.size).toBeGreaterThan(3);
  expect([...names].filter((metric) => !known.has(metric))).toEqual([]);
});

it("every metric of ours is documented", () => {
  const documented = mentioned(read("README.md"));
  const ours = registry.getMetricsAsArray().filter(({ name }) => name.startsWith("sightline_"));
  expect(ours.map(({ name }) => name).filter((name) => !documented.has(name))).toEqual([]);
});

it("rules and dashboard can be read", () => {
  const { groups } = parse(read("alerts.yaml"));
  for (const { alert, expr, annotations } of groups[0].rules)
    expect([alert, expr, annotations.summary]).not.toContain("");
  const { panels } = JSON.parse(read("grafana-dashboard.json"));
  expect(new Set(panels.map(({ id }: { id: number }) => id)).size).toBe(panels.length);
});

it("metrics that other programs export too are read of our nodes alone", async () => {
  const { groups } = parse(read("alerts.yaml"));
  const { panels } = JSON.parse(read("grafana-dashboard.json"));
  const expressions: string[] = [
    ...groups[0].rules.map(({ expr }: { expr: string }) => expr),
    ...panels.flatMap(({ targets = [] }: { targets?: { expr: string }[] }) => targets.map(({ expr }) => expr)),
  ];
  const common = expressions.filter((expr) => /\b(?:nodejs|process)_/.test(expr));
  expect(common).toHaveLength(4);
  for (const expr of common) expect(expr).toMatch(/ and on \(job, instance\) sightline_connections_closed_total\b/);
  // A node on which nothing has happened yet.
  expect(await registry.getSingleMetricAsString("sightline_connections_closed_total")).toMatch(
    /^sightline_connections_closed_total 0$/m,
  );
});

it("a value that cannot be read in time does not delay the others", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  queueDepth.follow(() => new Promise(() => {}));
  queueOldestSeconds.follow(async () => 7);
  const text = registry.metrics();
  // Prometheus waits ten seconds unless its configuration says otherwise.
  await vi.advanceTimersByTimeAsync(9_000);
  const values = (await text).match(/^sightline_queue_\w+ .*/gm);
  expect(values).toEqual(["sightline_queue_depth Nan", "sightline_queue_oldest_seconds 7"]);
  expect(vi.getTimerCount()).toBe(0);
});
