/** Reads an entry of a manifest: validates it, fills in what it leaves out, translates the older form. Pure. */
import type { TSchema } from "typebox";
import { Guard } from "typebox/guard";
import { errorsOf } from "../../contracts/matching.ts";
import { kinds, type ModelManifest } from "./entry.ts";
import { inputs } from "./input.ts";
import { type OlderEntry, olderKinds, translated } from "./older-form.ts";

/** Layouts with cells at strides of 8, 16 and 32 pixels, which must cover the input exactly. */
const GRIDS: readonly string[] = ["yunet", "scrfd", "retinaface", "yolox"];
const LARGEST_STRIDE = 32;

export type ReadEntry = { readonly entry: ModelManifest } | { readonly faults: readonly string[] };

/** The entry, or its faults, each with the path of its field. */
export function readEntry(written: { readonly kind: string }): ReadEntry {
  const older = named(olderKinds, written.kind);
  if (!older) return readPresent(written);
  const faults = faultsOf(older, written, "");
  return faults.length > 0 ? { faults } : readPresent(translated(written as OlderEntry) as { kind: string });
}

function readPresent(written: { readonly kind: string; readonly input?: object }): ReadEntry {
  const kind = named(kinds, written.kind);
  if (!kind) return { faults: [`.kind: there is no kind ${written.kind}, but ${Object.keys(kinds).join(", ")}`] };
  const { input } = written;
  const ofFit = named(inputs, (input as { fit?: string } | undefined)?.fit);
  const form = ofFit ?? kind.properties.input;
  const entry = { ...written, ...(Guard.IsObjectNotArray(input) && { input: { ...defaultsOf(form), ...input } }) };
  const faults = [
    ...faultsOf(kind, entry, ""),
    ...(ofFit ? faultsOf(ofFit, (entry as { input: object }).input, ".input") : []),
  ];
  if (faults.length > 0) return { faults };
  const further = furtherFaults(entry as ModelManifest);
  return further.length > 0 ? { faults: further } : { entry: entry as ModelManifest };
}

function named<T>(all: Readonly<Record<string, T>>, name = ""): T | undefined {
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

/** Defaults for the members that an entry leaves out. */
function defaultsOf(form: TSchema): object {
  const { properties = {} } = form as { properties?: Readonly<Record<string, TSchema & { default?: unknown }>> };
  const presets = Object.entries(properties).map(([name, member]) => [name, member.default]);
  return Object.fromEntries(presets.filter(([, preset]) => preset !== undefined));
}

function faultsOf(schema: TSchema, value: unknown, path: string): string[] {
  // `additionalProperties` reports a forbidden field as well.
  const errors = errorsOf(schema, value).filter(({ keyword }) => keyword !== "boolean");
  return errors.map((error) => {
    const field = `${path}${error.instancePath.replaceAll("/", ".")}`;
    switch (error.keyword) {
      case "required":
        return `${field} must have ${error.params.requiredProperties.join(", ")}`;
      case "additionalProperties":
        return `${field} must not have ${error.params.additionalProperties.join(", ")}`;
      default:
        return `${field} ${error.message}`;
    }
  });
}

/** Faults that no schema can express. */
function furtherFaults(entry: ModelManifest): string[] {
  if (!("layout" in entry)) return [];
  const { input, layout } = entry;
  if (input.fit === "crop" && input.shortSide < Math.max(input.width, input.height))
    return [`.input.shortSide is ${input.shortSide}; a crop needs at least the larger of width and height`];
  const isOfAnySize = input.fit === "scale-down";
  const sides = isOfAnySize ? { stride: input.stride } : { width: input.width, height: input.height };
  const uneven = Object.entries(GRIDS.includes(layout) ? sides : {})
    .filter(([, pixels]) => pixels % LARGEST_STRIDE !== 0)
    .map(([side, pixels]) => `.input.${side} is ${pixels}; the layout ${layout} needs a multiple of ${LARGEST_STRIDE}`);
  const hasPass = entry.kind === "face-detector" && entry.coarsePass !== undefined;
  return hasPass && !isOfAnySize ? [...uneven, ".coarsePass needs an input.fit of scale-down"] : uneven;
}
