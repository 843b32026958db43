/**
 * Small networks as ONNX files with known outputs. An ONNX file is a Protocol Buffers message, whose fields are
 * numbered in onnx.proto.
 */

const elementTypes = { float32: 1, uint8: 2, int32: 6 } as const;
type ElementType = keyof typeof elementTypes;

export interface NetworkInput {
  readonly shape: readonly number[];
  readonly type?: ElementType;
}

export interface NetworkOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const VARINT = 0;
const BYTES = 2;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

const number = (field: number, value: number) => Buffer.concat([varint(field * 8 + VARINT), varint(value)]);

function bytes(field: number, ...content: (Buffer | string)[]): Buffer {
  const joined = Buffer.concat(content.map((part) => Buffer.from(part)));
  return Buffer.concat([varint(field * 8 + BYTES), varint(joined.length), joined]);
}

/** @param shape Dimensions; -1 stands for any size. */
function valueInfo(field: number, name: string, type: ElementType, shape: readonly number[]): Buffer {
  const dimensions = shape.map((size) => bytes(1, size === -1 ? bytes(2, "any") : number(1, size)));
  return bytes(field, bytes(1, name), bytes(2, bytes(1, number(1, elementTypes[type]), bytes(2, ...dimensions))));
}

function constant(name: string, shape: readonly number[], values: readonly number[]): Buffer {
  const raw = Buffer.from(Float32Array.from(values).buffer);
  return bytes(
    5,
    ...shape.map((size) => number(1, size)),
    number(2, elementTypes.float32),
    bytes(8, name),
    bytes(9, raw),
  );
}

/** @param attributes Integer attributes by name. */
function node(operator: string, inputs: readonly string[], output: string, attributes: Record<string, number> = {}) {
  const INTEGER = 2;
  return bytes(
    1,
    ...inputs.map((name) => bytes(1, name)),
    bytes(2, output),
    bytes(4, operator),
    ...Object.entries(attributes).map(([name, value]) =>
      bytes(5, bytes(1, name), number(3, value), number(20, INTEGER)),
    ),
  );
}

function model(...graph: Buffer[]): Buffer {
  const [IR_VERSION, OPERATORS_VERSION] = [8, 13];
  return Buffer.concat([
    number(1, IR_VERSION),
    bytes(7, bytes(2, "graph"), ...graph),
    bytes(8, number(2, OPERATORS_VERSION)),
  ]);
}

/** A network that takes an input and always gives the same outputs. */
export function constantNetwork({ shape, type = "float32" }: NetworkInput, outputs: readonly NetworkOutput[]): Buffer {
  return model(
    // The outputs depend on the input, so that it is not optimised away: zero times its largest value is added.
    node("Cast", ["input"], "floats", { to: elementTypes.float32 }),
    node("ReduceMax", ["floats"], "largest", { keepdims: 0 }),
    constant("zero", [], [0]),
    node("Mul", ["largest", "zero"], "nothing"),
    ...outputs.flatMap(({ name, shape: dimensions, values }) => [
      constant(`${name} constant`, dimensions, values),
      node("Add", [`${name} constant`, "nothing"], name),
    ]),
    valueInfo(11, "input", type, shape),
    ...outputs.map(({ name, shape: dimensions }) => valueInfo(12, name, "float32", dimensions)),
  );
}

/** A network whose output is its input times a factor, in one row. */
export function flatteningNetwork({ shape, type = "float32" }: NetworkInput, factor = 1): Buffer {
  const values = shape.reduce((product, size) => product * size);
  return model(
    constant("factor", [], [factor]),
    node("Cast", ["input"], "floats", { to: elementTypes.float32 }),
    node("Mul", ["floats", "factor"], "scaled"),
    node("Flatten", ["scaled"], "output"),
    valueInfo(11, "input", type, shape),
    valueInfo(12, "output", "float32", [1, values]),
  );
}
