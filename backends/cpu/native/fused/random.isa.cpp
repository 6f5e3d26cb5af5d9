// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011), vectorised over blocks.
#include "fused/loops.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

using namespace fused;

struct Words { uint32_t w[4]; };

inline Words philox(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t k0, uint32_t k1) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t p = static_cast<uint64_t>(0xd2511f53u) * a, q = static_cast<uint64_t>(0xcd9e8d57u) * c;
    const uint32_t na = static_cast<uint32_t>(q >> 32) ^ b ^ k0, nc = static_cast<uint32_t>(p >> 32) ^ d ^ k1;
    a = na;
    b = static_cast<uint32_t>(q);
    c = nc;
    d = static_cast<uint32_t>(p);
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  return {{a, b, c, d}};
}

// Block `index` of the stream that element i of the site draws from.
inline Words block(const RandSite& site, uint64_t index, int64_t i) {
  const uint64_t seed = static_cast<uint64_t>(site.seed[i * site.seedStride]);
  const uint64_t offset = static_cast<uint64_t>(site.offset[i * site.offsetStride]);
  return philox(static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32), static_cast<uint32_t>(offset),
                static_cast<uint32_t>(offset >> 32) + site.stream * 0x9e3779b9u, static_cast<uint32_t>(seed),
                static_cast<uint32_t>(seed >> 32));
}

// perBlock numbers come out of one block; `pick(words, k)` makes the k-th.
template <class T, int perBlock, class Pick>
void draw(char* to, const RandSite& site, int64_t n, Pick pick) {
  T* d = reinterpret_cast<T*>(to);
  int64_t i = 0;
  if (site.contiguous && site.seedStride == 0 && site.offsetStride == 0) {
    const uint64_t first = static_cast<uint64_t>(site.at[0]);
    for (; i < n && (first + static_cast<uint64_t>(i)) % perBlock != 0; ++i) {
      const uint64_t at = first + static_cast<uint64_t>(i);
      d[i] = pick(block(site, at / perBlock, 0), static_cast<int>(at % perBlock));
    }
    const uint64_t base = (first + static_cast<uint64_t>(i)) / perBlock;
    const int64_t blocks = (n - i) / perBlock;
    T* out = d + i;
    const uint64_t seed = static_cast<uint64_t>(*site.seed), offset = static_cast<uint64_t>(*site.offset);
    const uint32_t k0 = static_cast<uint32_t>(seed), k1 = static_cast<uint32_t>(seed >> 32);
    const uint32_t c2 = static_cast<uint32_t>(offset), c3 = static_cast<uint32_t>(offset >> 32) + site.stream * 0x9e3779b9u;
    constexpr int lanes = 16;
    int64_t b = 0;
    for (; b + lanes <= blocks; b += lanes) {
      uint32_t w[4][lanes];
      for (int l = 0; l < lanes; ++l) {
        const uint64_t at = base + static_cast<uint64_t>(b + l);
        const Words words = philox(static_cast<uint32_t>(at), static_cast<uint32_t>(at >> 32), c2, c3, k0, k1);
        w[0][l] = words.w[0];
        w[1][l] = words.w[1];
        w[2][l] = words.w[2];
        w[3][l] = words.w[3];
      }
      for (int l = 0; l < lanes; ++l) {
        const Words words = {{w[0][l], w[1][l], w[2][l], w[3][l]}};
        for (int k = 0; k < perBlock; ++k) out[(b + l) * perBlock + k] = pick(words, k);
      }
    }
    for (; b < blocks; ++b) {
      const Words words = block(site, base + static_cast<uint64_t>(b), 0);
      for (int k = 0; k < perBlock; ++k) out[b * perBlock + k] = pick(words, k);
    }
    i += blocks * perBlock;
    for (; i < n; ++i) {
      const uint64_t at = first + static_cast<uint64_t>(i);
      d[i] = pick(block(site, at / perBlock, 0), static_cast<int>(at % perBlock));
    }
    return;
  }
  for (; i < n; ++i) {
    const uint64_t at = static_cast<uint64_t>(site.contiguous ? site.at[0] + i : site.at[i]);
    d[i] = pick(block(site, at / perBlock, i), static_cast<int>(at % perBlock));
  }
}

inline uint64_t pair(const Words& words, int k) {
  return static_cast<uint64_t>(words.w[2 * k]) << 32 | words.w[2 * k + 1];
}

void drawF32(char* to, const RandSite& site, int64_t n) {
  draw<float, 4>(to, site, n, [](const Words& words, int k) { return static_cast<float>(static_cast<int32_t>(words.w[k] >> 8)) * 0x1p-24f; });
}
void drawF64(char* to, const RandSite& site, int64_t n) {
  draw<double, 2>(to, site, n, [](const Words& words, int k) { return static_cast<double>(static_cast<int64_t>(pair(words, k) >> 11)) * 0x1p-53; });
}
void drawI32(char* to, const RandSite& site, int64_t n) {
  draw<int32_t, 4>(to, site, n, [](const Words& words, int k) { return static_cast<int32_t>(words.w[k] >> 1); });
}
void drawI64(char* to, const RandSite& site, int64_t n) {
  draw<int64_t, 2>(to, site, n, [](const Words& words, int k) { return static_cast<int64_t>(pair(words, k) >> 1); });
}

}  // namespace

void addRandom(Table& table) {
  table.rand[F32] = drawF32;
  table.rand[F64] = drawF64;
  table.rand[I32] = drawI32;
  table.rand[I64] = drawI64;
}

}  // namespace flambeau::FLAMBEAU_ISA
