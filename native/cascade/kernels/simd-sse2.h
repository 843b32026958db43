// Eight lanes in two registers of SSE2.
// Included by kernels-sse2.cpp alone, inside its namespace and after its system headers.
#pragma once

constexpr int kBlocksInFlight = 2;

struct Ints {
  __m128i a, b;
};
struct Floats {
  __m128 a, b;
};

inline __m128i load4(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
inline Ints load(const int32_t* p) { return {load4(p), load4(p + 4)}; }
inline Ints load(const uint32_t* p) { return {load4(p), load4(p + 4)}; }
inline Floats load(const float* p) { return {_mm_loadu_ps(p), _mm_loadu_ps(p + 4)}; }
inline Ints splat(int32_t x) { return {_mm_set1_epi32(x), _mm_set1_epi32(x)}; }
inline Floats splat(float x) { return {_mm_set1_ps(x), _mm_set1_ps(x)}; }

inline Ints operator+(Ints x, Ints y) { return {_mm_add_epi32(x.a, y.a), _mm_add_epi32(x.b, y.b)}; }
inline Ints operator-(Ints x, Ints y) { return {_mm_sub_epi32(x.a, y.a), _mm_sub_epi32(x.b, y.b)}; }
inline Ints operator&(Ints x, Ints y) { return {_mm_and_si128(x.a, y.a), _mm_and_si128(x.b, y.b)}; }
inline Ints operator|(Ints x, Ints y) { return {_mm_or_si128(x.a, y.a), _mm_or_si128(x.b, y.b)}; }
template <int bits>
inline Ints shiftRight(Ints x) {
  return {_mm_srai_epi32(x.a, bits), _mm_srai_epi32(x.b, bits)};
}
inline Floats operator*(Floats x, Floats y) { return {_mm_mul_ps(x.a, y.a), _mm_mul_ps(x.b, y.b)}; }
inline Floats toFloats(Ints x) { return {_mm_cvtepi32_ps(x.a), _mm_cvtepi32_ps(x.b)}; }

// Comparisons give all ones or zero in each lane.
inline Ints operator<(Floats x, Floats y) {
  return {_mm_castps_si128(_mm_cmplt_ps(x.a, y.a)), _mm_castps_si128(_mm_cmplt_ps(x.b, y.b))};
}
inline Ints operator>(Ints x, Ints y) { return {_mm_cmpgt_epi32(x.a, y.a), _mm_cmpgt_epi32(x.b, y.b)}; }
inline Ints operator==(Ints x, Ints y) { return {_mm_cmpeq_epi32(x.a, y.a), _mm_cmpeq_epi32(x.b, y.b)}; }
inline uint32_t toBits(Ints mask) {
  return static_cast<uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(mask.a))) |
         static_cast<uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(mask.b))) << 4;
}

/** See normaliseWindows in kernels.inl. Processes the lower two lanes of each register. */
inline uint32_t normalise2(__m128i sums, __m128i squares, __m128d area, float* norms) {
  const __m128d sum = _mm_cvtepi32_pd(sums), square = _mm_cvtepi32_pd(squares);
  const __m128d variance = _mm_sub_pd(_mm_mul_pd(area, square), _mm_mul_pd(sum, sum));
  const __m128 norm = _mm_cvtpd_ps(_mm_div_pd(_mm_set1_pd(1), _mm_sqrt_pd(variance)));
  const __m128d positive = _mm_cmpgt_pd(variance, _mm_setzero_pd());
  const __m128d small = _mm_cmplt_pd(_mm_mul_pd(area, _mm_cvtps_pd(norm)), _mm_set1_pd(1e-1));
  _mm_storel_pi(reinterpret_cast<__m64*>(norms), norm);
  return static_cast<uint32_t>(_mm_movemask_pd(_mm_and_pd(positive, small)));
}
inline uint32_t normalise(Ints sums, Ints squares, double area, float* norms) {
  const __m128d a = _mm_set1_pd(area);
  const auto upper = [](__m128i x) { return _mm_unpackhi_epi64(x, x); };
  return normalise2(sums.a, squares.a, a, norms) |
         normalise2(upper(sums.a), upper(squares.a), a, norms + 2) << 2 |
         normalise2(sums.b, squares.b, a, norms + 4) << 4 |
         normalise2(upper(sums.b), upper(squares.b), a, norms + 6) << 6;
}

/** SSE2 has no gather: all pixels are left to the scalar loop. */
inline int pickEights(const uint16_t*, const int32_t*, const uint16_t*, uint8_t*, int) { return 0; }
