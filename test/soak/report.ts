/** What a run shows: a table of samples, and a chart of them as one image. Pure. */
import { lineChart } from "../../cli/report/chart.ts";
import type { Sample } from "./measure.ts";

const STYLE = `<style>
  svg { --series-1: #2563c9; --series-2: #b3540b; background: #fff; font: 12px system-ui, sans-serif }
  text { fill: #5c6670 } .grid { stroke: #dfe3e8 } .limit { stroke: #b42318; stroke-dasharray: 4 4 }
  @media (prefers-color-scheme: dark) {
    svg { --series-1: #6ea8fe; --series-2: #f0a35e; background: #1a1e23 }
    text { fill: #9aa5b1 } .grid { stroke: #30363d }
  }
</style>`;
const [WIDTH, HEIGHT] = [800, 260];

export function csvOf(samples: readonly Sample[]): string {
  const names = Object.keys(samples[0] ?? {}) as (keyof Sample)[];
  const rows = samples.map((sample) => names.map((name) => Math.round(sample[name] * 10) / 10).join(","));
  return `${[names.join(","), ...rows].join("\n")}\n`;
}

/** Memory, handles, latency and disk over time, one above the other. */
export function svgOf(samples: readonly Sample[]): string {
  const points = (value: (sample: Sample) => number) =>
    samples.map((sample) => [sample.seconds / 60, value(sample)] as const);
  const chart = (y: string, ...series: { name: string; points: ReturnType<typeof points> }[]) =>
    lineChart({ x: "minutes", y, label: y }, series);
  const charts = [
    chart("resident memory, MiB", { name: "memory", points: points(({ memoryMiB }) => memoryMiB) }),
    chart("open files and sockets", { name: "handles", points: points(({ handles }) => handles) }),
    chart(
      "time to an answer, ms",
      { name: "median", points: points(({ medianMs }) => medianMs) },
      { name: "99 %", points: points(({ p99Ms }) => p99Ms) },
    ),
    chart("data folder, MiB", { name: "disk", points: points(({ diskMiB }) => diskMiB) }),
  ];
  const parts = charts.map((html, index) => {
    const svg = html.slice(html.indexOf("<svg"), html.lastIndexOf("</svg>") + "</svg>".length);
    return svg.replace("<svg ", `<svg x="0" y="${index * HEIGHT}" width="${WIDTH}" height="${HEIGHT}" `);
  });
  const size = `viewBox="0 0 ${WIDTH} ${charts.length * HEIGHT}"`;
  const title = "<title>Memory, handles, latency and disk over time</title>";
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${title}${STYLE}${parts.join("")}</svg>\n`;
}
