// Eight lanes in two vectors of 16 bytes, by the vector extensions of GCC and Clang. They become NEON on ARM, and the
// target's vector instructions elsewhere. Included by kernels-portable.cpp alone, inside its namespace and after its
// system headers.
#pragma once

static_assert(FLT_EVAL_METHOD == 0, "float and double arithmetic must round to their own type after each operation");

constexpr int kBlocksInFlight = 2;

typedef int32_t Int4 __attribute__((vector_size(16)));
typedef uint32_t Word4 __attribute__((vector_size(16)));
typedef float Float4 __attribute__((vector_size(16)));

struct Ints {
  Int4 a, b;
};
struct Floats {
  Float4 a, b;
};

template <typename Vector>
inline Vector load4(const void* p) {
  Vector v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
inline Ints load(const int32_t* p) { return {load4<Int4>(p), load4<Int4>(p + 4)}; }
inline Ints load(const uint32_t* p) { return {load4<Int4>(p), load4<Int4>(p + 4)}; }
inline Floats load(const float* p) { return {load4<Float4>(p), load4<Float4>(p + 4)}; }
inline Ints splat(int32_t x) { return {Int4{x, x, x, x}, Int4{x, x, x, x}}; }
inline Floats splat(float x) { return {Float4{x, x, x, x}, Float4{x, x, x, x}}; }

// Sums of squares wrap around, and lanes beyond the image have any value: signed overflow would be undefined.
inline Int4 plus(Int4 x, Int4 y) { return (Int4)((Word4)x + (Word4)y); }
inline Int4 minus(Int4 x, Int4 y) { return (Int4)((Word4)x - (Word4)y); }
inline Ints operator+(Ints x, Ints y) { return {plus(x.a, y.a), plus(x.b, y.b)}; }
inline Ints operator-(Ints x, Ints y) { return {minus(x.a, y.a), minus(x.b, y.b)}; }
inline Ints operator&(Ints x, Ints y) { return {x.a & y.a, x.b & y.b}; }
inline Ints operator|(Ints x, Ints y) { return {x.a | y.a, x.b | y.b}; }
template <int bits>
inline Ints shiftRight(Ints x) {
  return {x.a >> bits, x.b >> bits};
}
inline Floats operator*(Floats x, Floats y) { return {x.a * y.a, x.b * y.b}; }
inline Floats toFloats(Ints x) { return {__builtin_convertvector(x.a, Float4), __builtin_convertvector(x.b, Float4)}; }

// Comparisons give all ones or zero in each lane.
inline Ints operator<(Floats x, Floats y) { return {x.a < y.a, x.b < y.b}; }
inline Ints operator>(Ints x, Ints y) { return {x.a > y.a, x.b > y.b}; }
inline Ints operator==(Ints x, Ints y) { return {x.a == y.a, x.b == y.b}; }
inline uint32_t toBits(Ints mask) {
  const Int4 bits = (mask.a & Int4{1, 2, 4, 8}) | (mask.b & Int4{16, 32, 64, 128});
  return static_cast<uint32_t>(bits[0] | bits[1] | bits[2] | bits[3]);
}

/** See normaliseWindows in kernels.inl. */
inline uint32_t normalise(Ints sums, Ints squares, double area, float* norms) {
  uint32_t valid = 0;
  for (int lane = 0; lane < 8; lane++) {
    const double sum = lane < 4 ? sums.a[lane] : sums.b[lane - 4];
    const double square = lane < 4 ? squares.a[lane] : squares.b[lane - 4];
    const double variance = area * square - sum * sum;
    const float norm = static_cast<float>(1 / __builtin_sqrt(variance));
    norms[lane] = norm;
    valid |= static_cast<uint32_t>(variance > 0 && area * norm < 1e-1) << lane;
  }
  return valid;
}

/** All pixels are left to the scalar loop. */
inline int pickEights(const uint16_t*, const int32_t*, const uint16_t*, uint8_t*, int) { return 0; }
