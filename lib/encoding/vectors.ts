/** Vectors as bytes: 64-bit numbers, little-endian, one vector after the other, all of one length. */

export function packVectors(vectors: readonly ArrayLike<number>[]): Uint8Array {
  const dimensions = vectors[0]?.length ?? 0;
  const values = new Float64Array(vectors.length * dimensions);
  for (const [index, vector] of vectors.entries()) {
    if (vector.length !== dimensions) throw new RangeError("The vectors are not all of one length.");
    values.set(vector, index * dimensions);
  }
  return new Uint8Array(values.buffer);
}

/** @param count How many vectors the bytes are of. */
export function unpackVectors(bytes: Uint8Array, count: number): Float64Array[] {
  if (count === 0) return [];
  // A copy: the bytes need not lie where 64-bit numbers may. (A Buffer's own slice makes none.)
  const values = new Float64Array(new Uint8Array(bytes).buffer);
  const dimensions = values.length / count;
  return Array.from({ length: count }, (_, index) => values.subarray(index * dimensions, (index + 1) * dimensions));
}
