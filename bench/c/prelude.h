// What every C file of the benchmarks starts from, in place of the system's headers, which need not be there.
//
// A function marked EXPORT can be called from JavaScript. Its parameters are numbers (f64, i32) and arrays: a pointer
// named `x` directly followed by `i64 x_length`. It returns f64, i32 or nothing. bench/native.ts reads the prototypes.
#pragma once

typedef signed char i8;
typedef unsigned char u8;
// Of a Uint8ClampedArray.
typedef unsigned char u8c;
typedef short i16;
typedef unsigned short u16;
typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;

#define EXPORT __attribute__((visibility("default")))
#define PI 3.141592653589793

f64 sqrt(f64), fabs(f64), floor(f64), ceil(f64), trunc(f64), fmin(f64, f64), fmax(f64, f64);
f64 sin(f64), cos(f64), tan(f64), asin(f64), acos(f64), atan(f64), atan2(f64, f64);
f64 exp(f64), log(f64), pow(f64, f64), hypot(f64, f64), cbrt(f64), rint(f64), fmod(f64, f64);
f32 sqrtf(f32), fabsf(f32), fminf(f32, f32), fmaxf(f32, f32);
void *malloc(u64), *calloc(u64, u64), *memcpy(void *, const void *, u64), *memset(void *, int, u64);
void free(void *);

static inline i32 min_i32(i32 a, i32 b) { return a < b ? a : b; }
static inline i32 max_i32(i32 a, i32 b) { return a > b ? a : b; }
static inline i32 clamp_i32(i32 i, i32 last) { return i < 0 ? 0 : i > last ? last : i; }
