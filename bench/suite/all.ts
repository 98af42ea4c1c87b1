/** Every benchmark of the suite, in the order of the report. */
import { threeMm } from "./3mm.ts";
import { adi } from "./adi.ts";
import { arcDistance } from "./arc-distance.ts";
import { atax } from "./atax.ts";
import { azimintHist } from "./azimint-hist.ts";
import type { Benchmark } from "./benchmark.ts";
import { bilinearResize } from "./bilinear-resize.ts";
import { cholesky } from "./cholesky.ts";
import { connectedComponents } from "./connected-components.ts";
import { conv2d } from "./conv2d.ts";
import { convolution5x5 } from "./convolution-5x5.ts";
import { correlation } from "./correlation.ts";
import { crc16 } from "./crc16.ts";
import { durbin } from "./durbin.ts";
import { fdtd2d } from "./fdtd-2d.ts";
import { floydWarshall } from "./floyd-warshall.ts";
import { gaussian } from "./gaussian.ts";
import { gemm } from "./gemm.ts";
import { hdiff } from "./hdiff.ts";
import { heat3d } from "./heat-3d.ts";
import { hillShading } from "./hill-shading.ts";
import { histogramEqualisation } from "./histogram-equalisation.ts";
import { jacobi2d } from "./jacobi-2d.ts";
import { kMeansStep } from "./k-means-step.ts";
import { lu } from "./lu.ts";
import { mandelbrot } from "./mandelbrot.ts";
import { median3x3 } from "./median-3x3.ts";
import { nbody } from "./nbody.ts";
import { ndvi } from "./ndvi.ts";
import { nussinov } from "./nussinov.ts";
import { rolling } from "./rolling.ts";
import { seidel2d } from "./seidel-2d.ts";
import { sobel } from "./sobel.ts";
import { softmax } from "./softmax.ts";
import { spmv } from "./spmv.ts";
import { stockhamFft } from "./stockham-fft.ts";
import { transpose } from "./transpose.ts";
import { vadv } from "./vadv.ts";
import { zScore } from "./z-score.ts";

export const BENCHMARKS: readonly Benchmark[] = [
  atax,
  gemm,
  threeMm,
  jacobi2d,
  heat3d,
  seidel2d,
  fdtd2d,
  cholesky,
  lu,
  floydWarshall,
  correlation,
  nussinov,
  durbin,
  adi,
  hdiff,
  vadv,
  azimintHist,
  mandelbrot,
  nbody,
  crc16,
  spmv,
  softmax,
  conv2d,
  arcDistance,
  stockhamFft,
  ndvi,
  zScore,
  convolution5x5,
  gaussian,
  sobel,
  bilinearResize,
  histogramEqualisation,
  median3x3,
  connectedComponents,
  rolling,
  kMeansStep,
  hillShading,
  transpose,
];
