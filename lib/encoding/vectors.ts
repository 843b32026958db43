/** Binary format of vectors: concatenated little-endian 64-bit floats, all vectors of one length. */

export function packVectors(vectors: readonly ArrayLike<number>[]): Uint8Array {
  const dimensions = vectors[0]?.length ?? 0;
  const values = new Float64Array(vectors.length * dimensions);
  for (const [index, vector] of vectors.entries()) {
    if (vector.length !== dimensions) throw new RangeError("The vectors are not all of one length.");
    values.set(vector, index * dimensions);
  }
  return new Uint8Array(values.buffer);
}

/** @param count Number of vectors in the bytes. */
export function unpackVectors(bytes: Uint8Array, count: number): Float64Array[] {
  if (count === 0) return [];
  // Copy, as the bytes may not be aligned for 64-bit numbers. (A Buffer's `slice` does not copy.)
  const values = new Float64Array(new Uint8Array(bytes).buffer);
  const dimensions = values.length / count;
  return Array.from({ length: count }, (_, index) => values.subarray(index * dimensions, (index + 1) * dimensions));
}
