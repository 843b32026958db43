/** Settings that say how an image becomes the input of a network. */
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;
const side = Type.Integer({ minimum: 1, maximum: 4096 });
const byte = Type.Integer({ minimum: 0, maximum: 255 });
const triple = (minimum: { exclusiveMinimum?: number }, preset: number) =>
  Type.Array(Type.Number(minimum), { minItems: 3, maxItems: 3, default: [preset, preset, preset] });

const tensor = {
  /** Order of the channels, here and in `mean` and `deviation`. */
  colors: Type.Enum(["rgb", "bgr"]),
  /** A channel's value is (x − mean) / deviation, for x from 0 to 255. */
  mean: triple({}, 0),
  deviation: triple({ exclusiveMinimum: 0 }, 1),
  /** Order of the dimensions: batch, channels, height and width. */
  axes: Type.Enum(["nchw", "nhwc"], { default: "nchw" }),
};

/** Values of the pixels in the network's input, whose type is taken from the network itself. */
export const TensorInput = Type.Object(tensor, closed);
export type TensorInput = Static<typeof TensorInput>;

const image = {
  ...tensor,
  /**
   * `area` uses the mean of the pixels if the image is scaled down, and bilinear interpolation if it is enlarged.
   * `antialiased` uses Pillow's filter, see `filtered`.
   */
  resampling: Type.Enum(["area", "bilinear", "antialiased"], { default: "area" }),
};

/** The ways of fitting an image into the input. All sides are in pixels of the input. */
export const inputs = {
  /** The whole image, scaled to the input without keeping its proportions. */
  stretch: Type.Object({ fit: Type.Literal("stretch"), width: side, height: side, ...image }, closed),
  /** The middle of the image, of `width` × `height` pixels when the image's short side is scaled to `shortSide`. */
  crop: Type.Object({ fit: Type.Literal("crop"), width: side, height: side, shortSide: side, ...image }, closed),
  /** The whole image, scaled to fit `width` × `height`; the rest has the value `padding`. */
  letterbox: Type.Object(
    {
      fit: Type.Literal("letterbox"),
      width: side,
      height: side,
      padding: byte,
      /** Position of the image: at the top left, or in the middle. */
      position: Type.Enum(["corner", "centre"]),
      /** Whether images smaller than the input are enlarged. */
      enlarge: Type.Boolean({ default: true }),
      ...image,
    },
    closed,
  ),
  /**
   * The whole image at the top left, scaled down if its longest side is more than `maxSide`; the input has the scaled
   * size, rounded up to multiples of `stride`. For networks with inputs of any size.
   */
  "scale-down": Type.Object(
    { fit: Type.Literal("scale-down"), maxSide: side, stride: side, padding: byte, ...image },
    closed,
  ),
};

type Inputs = { readonly [Fit in keyof typeof inputs]: Static<(typeof inputs)[Fit]> };
export type InputOf<Fit extends keyof Inputs> = Inputs[Fit];
export type ImageInput = Inputs[keyof Inputs];
