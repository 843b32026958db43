// Eight lanes in one register of AVX2.
// Included by kernels-avx2.cpp alone, inside its namespace and after its system headers.
#pragma once

constexpr int kBlocksInFlight = 4;

struct Ints {
  __m256i v;
};
struct Floats {
  __m256 v;
};

inline Ints load(const int32_t* p) { return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))}; }
inline Ints load(const uint32_t* p) { return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))}; }
inline Floats load(const float* p) { return {_mm256_loadu_ps(p)}; }
inline Ints splat(int32_t x) { return {_mm256_set1_epi32(x)}; }
inline Floats splat(float x) { return {_mm256_set1_ps(x)}; }

inline Ints operator+(Ints a, Ints b) { return {_mm256_add_epi32(a.v, b.v)}; }
inline Ints operator-(Ints a, Ints b) { return {_mm256_sub_epi32(a.v, b.v)}; }
inline Ints operator&(Ints a, Ints b) { return {_mm256_and_si256(a.v, b.v)}; }
inline Ints operator|(Ints a, Ints b) { return {_mm256_or_si256(a.v, b.v)}; }
template <int bits>
inline Ints shiftRight(Ints a) {
  return {_mm256_srai_epi32(a.v, bits)};
}
inline Floats operator*(Floats a, Floats b) { return {_mm256_mul_ps(a.v, b.v)}; }
inline Floats toFloats(Ints a) { return {_mm256_cvtepi32_ps(a.v)}; }

// Comparisons give all ones or zero in each lane.
inline Ints operator<(Floats a, Floats b) { return {_mm256_castps_si256(_mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ))}; }
inline Ints operator>(Ints a, Ints b) { return {_mm256_cmpgt_epi32(a.v, b.v)}; }
inline Ints operator==(Ints a, Ints b) { return {_mm256_cmpeq_epi32(a.v, b.v)}; }
inline uint32_t toBits(Ints mask) {
  return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(mask.v)));
}

/** See normaliseWindows in kernels.inl. */
inline uint32_t normalise4(__m128i sums, __m128i squares, __m256d area, float* norms) {
  const __m256d sum = _mm256_cvtepi32_pd(sums), square = _mm256_cvtepi32_pd(squares);
  const __m256d variance = _mm256_sub_pd(_mm256_mul_pd(area, square), _mm256_mul_pd(sum, sum));
  const __m128 norm = _mm256_cvtpd_ps(_mm256_div_pd(_mm256_set1_pd(1), _mm256_sqrt_pd(variance)));
  const __m256d positive = _mm256_cmp_pd(variance, _mm256_setzero_pd(), _CMP_GT_OQ);
  const __m256d small = _mm256_cmp_pd(_mm256_mul_pd(area, _mm256_cvtps_pd(norm)), _mm256_set1_pd(1e-1), _CMP_LT_OQ);
  _mm_storeu_ps(norms, norm);
  return static_cast<uint32_t>(_mm256_movemask_pd(_mm256_and_pd(positive, small)));
}
inline uint32_t normalise(Ints sums, Ints squares, double area, float* norms) {
  const __m256d a = _mm256_set1_pd(area);
  return normalise4(_mm256_castsi256_si128(sums.v), _mm256_castsi256_si128(squares.v), a, norms) |
         normalise4(_mm256_extracti128_si256(sums.v, 1), _mm256_extracti128_si256(squares.v, 1), a, norms + 4) << 4;
}

/**
 * Processes eight pixels of pickColumns at a time, and returns how many were done. A gather fetches both neighbours at
 * once. 32768 is subtracted from each for the signed multiplication, and added again as 32768 * 256, since the weights
 * add up to 256.
 */
inline int pickEights(const uint16_t* blended, const int32_t* source, const uint16_t* weights, uint8_t* out,
                      int count) {
  const __m256i bias = _mm256_set1_epi16(-32768), rounding = _mm256_set1_epi32((1 << 23) + (1 << 15));
  int i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256i indices = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(source + i));
    const __m256i pairs = _mm256_i32gather_epi32(reinterpret_cast<const int*>(blended), indices, 2);
    const __m256i weight = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights + 2 * i));
    const __m256i mixed = _mm256_madd_epi16(_mm256_xor_si256(pairs, bias), weight);
    const __m256i rounded = _mm256_srai_epi32(_mm256_add_epi32(mixed, rounding), 16);
    const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(rounded), _mm256_extracti128_si256(rounded, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + i), _mm_packus_epi16(words, words));
  }
  return i;
}
