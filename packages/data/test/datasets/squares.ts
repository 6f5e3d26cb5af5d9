/** Datasets and helpers that tests name from worker threads. */
import { threadId } from "node:worker_threads";
import { type Dataset, getWorkerInfo, type HostTensor, hostTensor } from "../../src/index.js";

export interface Square {
  image: HostTensor;
  pixels: Int16Array;
  index: number;
  wide: bigint;
  even: boolean;
  name: string;
  pair: [number, { half: number }];
}

export interface SquareArgs {
  length: number;
  fail?: number;
  exit?: number;
  hang?: number;
  milliseconds?: number;
  unsendable?: boolean;
}

export default function squares(args: SquareArgs): Dataset<Square> {
  return {
    length: args.length,
    async get(index) {
      if (index === args.fail) throw new RangeError(`sample ${index} is rotten`);
      if (index === args.exit && getWorkerInfo() !== null) process.exit(7);
      if (index === args.hang && getWorkerInfo() !== null) await new Promise(() => {});
      if (args.milliseconds) await new Promise((resolve) => setTimeout(resolve, args.milliseconds));
      return {
        image: hostTensor(
          Float32Array.from({ length: 6 }, (_, k) => index + k / 8),
          [1, 2, 3],
        ),
        pixels: Int16Array.of(index, -index),
        index,
        wide: BigInt(index) << 40n,
        even: index % 2 === 0,
        name: `no. ${index}`,
        pair: [index * index, { half: index + 0.5 }],
        ...(args.unsendable && { call: () => 1 }),
      };
    },
  };
}

/** Each sample tells of the thread that made it. */
export function whereabouts(length: number): Dataset<{ index: number; worker: string }> {
  return {
    length,
    get: (index) => {
      const info = getWorkerInfo();
      return {
        index,
        worker: info === null ? "main" : `${info.id}/${info.numWorkers} ${info.seed} ${threadId} ${greeting}`,
      };
    },
  };
}

let greeting = "";
export function greet(id: number): void {
  greeting = `hello ${id}`;
}

/** 0 to length - 1, of which each worker gives its own part. */
export function* counting(length: number): Generator<number> {
  const { id, numWorkers } = getWorkerInfo() ?? { id: 0, numWorkers: 1 };
  for (let i = id; i < length; i += numWorkers) yield i;
}

export const partition = (length: number): Iterable<number> => ({
  [Symbol.iterator]: () => counting(length),
});

/** A collate function for the workers. */
export const sums = (
  samples: readonly Square[],
): { sum: number; threads: boolean; image: HostTensor; raw: Int16Array } => ({
  sum: samples.reduce((total, { index }) => total + index, 0),
  threads: getWorkerInfo() !== null,
  image: samples[0]!.image,
  raw: samples[0]!.pixels,
});

export const broken = (): never => {
  throw new Error("no data today");
};

export const notADataset = (): number => 3;
