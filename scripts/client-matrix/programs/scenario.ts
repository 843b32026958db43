/** Common parts of the TypeScript programs: `program URL FILE…` prints the service's answers as JSON. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { argv } from "node:process";

interface Result {
  readonly faces?: readonly (readonly number[])[];
}
interface Results {
  readonly jobState: string;
  readonly items: readonly { readonly result?: Result }[];
}
interface Events {
  readonly items: readonly { readonly type: string }[];
}

const [, , address = "", ...paths] = argv;
export const url = address;
export const files = paths.map((path) => new File([readFileSync(path)], basename(path)));

/**
 * The receipts of an answer of `/process` that is not a job. `/process` answers with a job only if that is requested.
 */
export function imagesOf<T extends object>(
  answer: { readonly images: readonly T[] } | { readonly state: string } | undefined,
) {
  return answer && "images" in answer && !("state" in answer) ? answer.images : [];
}

export function form(images: readonly File[]): FormData {
  const data = new FormData();
  for (const file of images) data.append("images", file);
  return data;
}

export function report(images: readonly Result[] = [], results?: Results, events?: Events | null): void {
  const facesOf = (result?: Result) => result?.faces ?? [];
  const report = {
    faces: images.map(facesOf),
    state: results?.jobState,
    results: results?.items.map(({ result }) => facesOf(result)),
    firstEvent: events?.items[0]?.type,
  };
  process.stdout.write(JSON.stringify(report));
}
