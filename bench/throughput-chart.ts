/**
 * Draws `bench/results/process.json` as `docs/images/throughput.svg`: for each load, how many images per second each
 * service answers, as multiples of plain OpenCV on the same cores in the same run.
 *
 *   RESULTS=bench/results/process.json node scripts/run.mjs node bench/process.ts 5 3
 *   node bench/throughput-chart.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Result {
  readonly service: string;
  readonly connections: number;
  readonly images: number;
  readonly imagesPerSecond: number;
  readonly ofTheLimit: number;
}

interface Summary {
  readonly cores: number;
  /** Images per second of plain OpenCV, in a process for each core. */
  readonly limit: number;
  readonly results: readonly Result[];
}

const WIDTH = 760;
const LEFT = 250;
const RIGHT = 90;
const ROW = 24;
const TOP = 64;
const colours: Readonly<Record<string, string>> = { Sightline: "#2f6fde", FastAPI: "#9aa5b1" };

const { cores, limit, results }: Summary = JSON.parse(
  readFileSync(join(import.meta.dirname, "results/process.json"), "utf8"),
);
const most = Math.max(1, ...results.map(({ ofTheLimit }) => ofTheLimit));
const scale = (ratio: number) => ((WIDTH - LEFT - RIGHT) * ratio) / most;
const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

const bars = results.map(({ service, connections, images, imagesPerSecond, ofTheLimit }, index) => {
  const y = TOP + index * ROW;
  const load = `${service}: ${plural(connections, "client")}, ${plural(images, "image")} each`;
  const value = `${ofTheLimit.toFixed(1)} (${Math.round(imagesPerSecond)}/s)`;
  return [
    `<text x="${LEFT - 8}" y="${y + 14}" text-anchor="end">${load}</text>`,
    `<rect x="${LEFT}" y="${y + 3}" width="${scale(ofTheLimit).toFixed(1)}" height="${ROW - 8}" fill="${colours[service]}"/>`,
    `<text x="${(LEFT + scale(ofTheLimit) + 6).toFixed(1)}" y="${y + 14}">${value}</text>`,
  ].join("\n");
});
const height = TOP + results.length * ROW + 16;
const line = (LEFT + scale(1)).toFixed(1);
const title = `Images per second on the same ${cores} cores, as multiples of plain OpenCV`;
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#24292f">
<title>${title}</title>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
<text x="12" y="24" font-size="15" font-weight="600">${title}</text>
<text x="12" y="44" fill="#57606a">The line is plain OpenCV in ${cores} processes: ${Math.round(limit)} images a second. LFW, 250 × 250 pixels, faces-haar.</text>
${bars.join("\n")}
<line x1="${line}" y1="${TOP - 6}" x2="${line}" y2="${height - 10}" stroke="#cf222e" stroke-dasharray="4 3"/>
</svg>
`;
writeFileSync(join(import.meta.dirname, "../docs/images/throughput.svg"), svg);
