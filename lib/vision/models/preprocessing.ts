/** Makes an image into the input of a network, and maps the network's findings back to the image. */
import { pixelsOf, scoped, withPixels } from "../memory.ts";
import type { Mat, OpenCv } from "../opencv.ts";
import type { Size } from "../size.ts";
import { withAntialiased } from "./antialias.ts";
import type { Corners, Point, Region } from "./geometry.ts";
import type { ImageInput, InputOf } from "./input.ts";
import { toTensor } from "./pixels.ts";

/** The part of an image that becomes the input of a network, and its position there. */
export interface Placement {
  /** The part of the image, in whole pixels unless `resampling` is `antialiased`. */
  readonly region: Region;
  /** Size to which the part is scaled. */
  readonly scaled: Size;
  /** Position of the scaled part in the input. */
  readonly left: number;
  readonly top: number;
  /** Size of the input. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the input per pixel of the image. */
  readonly scaleX: number;
  readonly scaleY: number;
}

export function placementOf(columns: number, rows: number, input: ImageInput): Placement {
  switch (input.fit) {
    case "stretch":
      return filled({ x: 0, y: 0, width: columns, height: rows }, input);
    case "crop":
      return filled(middleOf(columns, rows, input), input);
    case "letterbox": {
      const { width, height } = input;
      const fitting = Math.min(width / columns, height / rows);
      const scale = input.enlarge ? fitting : Math.min(fitting, 1);
      const scaled = scaledBy(scale, columns, rows);
      const isCorner = input.position === "corner";
      return {
        region: { x: 0, y: 0, width: columns, height: rows },
        scaled,
        left: isCorner ? 0 : Math.floor((width - scaled.width) / 2),
        top: isCorner ? 0 : Math.floor((height - scaled.height) / 2),
        width,
        height,
        // One scale for both directions, as in the original programs of such networks: rounding to whole pixels is not
        // undone.
        scaleX: scale,
        scaleY: scale,
      };
    }
    case "scale-down": {
      const longest = Math.max(columns, rows);
      const scaled = scaledBy(Math.min(longest, input.maxSide) / longest, columns, rows);
      const padded = (side: number) => Math.ceil(side / input.stride) * input.stride;
      return {
        region: { x: 0, y: 0, width: columns, height: rows },
        scaled,
        left: 0,
        top: 0,
        width: padded(scaled.width),
        height: padded(scaled.height),
        scaleX: scaled.width / columns,
        scaleY: scaled.height / rows,
      };
    }
  }
}

function scaledBy(scale: number, columns: number, rows: number): Size {
  return { width: Math.max(1, Math.round(columns * scale)), height: Math.max(1, Math.round(rows * scale)) };
}

function filled(region: Region, { width, height }: Size): Placement {
  const scale = { scaleX: width / region.width, scaleY: height / region.height };
  return { region, scaled: { width, height }, left: 0, top: 0, width, height, ...scale };
}

/** Crop first: scaling a whole long, narrow image would take far more memory than the image itself. */
function middleOf(columns: number, rows: number, input: InputOf<"crop">): Region {
  const { width, height, shortSide, resampling } = input;
  const short = Math.min(columns, rows);
  if (resampling === "antialiased") {
    // The result is the same as if the image were scaled to whole pixels and its middle were cropped then.
    const along = (side: number, taken: number) => {
      const scaled = Math.trunc((side * shortSide) / short);
      const scale = side / scaled;
      return { from: Math.floor((scaled - taken) / 2) * scale, extent: taken * scale };
    };
    const [across, down] = [along(columns, width), along(rows, height)];
    return { x: across.from, y: down.from, width: across.extent, height: down.extent };
  }
  const cut = (side: number) => Math.max(1, Math.round((short * side) / shortSide));
  const [w, h] = [cut(width), cut(height)];
  return { x: Math.floor((columns - w) / 2), y: Math.floor((rows - h) / 2), width: w, height: h };
}

/** The values of the network's input. @param color Blue-green-red. */
export function tensorOf(cv: OpenCv, color: Mat, input: ImageInput, placement: Placement): Float32Array {
  const { region, scaled } = placement;
  const padding = "padding" in input ? input.padding : 0;
  const read = (pixels: Uint8Array) => toTensor(pixels, { ...scaled, padding, frame: placement }, input);
  const isWhole = region.width === color.cols && region.height === color.rows;
  if (isWhole && scaled.width === color.cols && scaled.height === color.rows) return withPixels(color, read);
  if (input.resampling === "antialiased") return withAntialiased(cv, color, region, scaled, read);
  const isReduced = scaled.width < region.width || scaled.height < region.height;
  const resampling = isReduced && input.resampling === "area" ? cv.INTER_AREA : cv.INTER_LINEAR;
  const resized = (image: Mat) => image.resize(scaled.height, scaled.width, 0, 0, resampling);
  if (isWhole) return pixelsOf(resized(color), read);
  using part = scoped(color.getRegion(new cv.Rect(region.x, region.y, region.width, region.height)));
  return pixelsOf(resized(part), read);
}

/** Converts a point of the network's input to pixels of the image. */
export function pointInImage([x, y]: Point, { region, left, top, scaleX, scaleY }: Placement): Point {
  return [region.x + (x - left) / scaleX, region.y + (y - top) / scaleY];
}

/** Converts a box in the network's input to pixels of the image. */
export function cornersInImage([left, top, right, bottom]: Corners, placement: Placement): Corners {
  return [...pointInImage([left, top], placement), ...pointInImage([right, bottom], placement)];
}
