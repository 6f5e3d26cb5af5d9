/** Functions of several tensors: broadcasting them together and combining their elements. */
import { ArgumentError } from "../../errors.js";
import { resultType } from "../../fused/dtypes.js";
import { broadcastShapes as commonShape, type Shape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { tensor } from "../creation.js";
import { expectInteger, expectShape } from "../expect.js";
import { isOptions, op } from "../op.js";
import { expanded } from "./expanding.js";
import { withRank } from "./join.js";
import { checkTensors, stackTensors } from "./joining.js";
import { pick } from "./picking.js";
import { reshape } from "./reshape.js";
import { viewAsShape } from "./slicing.js";

/** Tensors as arguments or as one array. */
export type Tensors = readonly Tensor[] | readonly [list: readonly Tensor[]];

function listOf(name: string, args: readonly unknown[]): readonly Tensor[] {
  const list = args.length === 1 && Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  checkTensors(name, list);
  return list;
}

/** The shape all broadcast to (`torch.broadcast_shapes`). */
export function broadcastShapes(...shapes: readonly (Shape | number)[]): number[] {
  return commonShape(
    "broadcastShapes",
    ...shapes.map((shape) => (typeof shape === "number" ? [shape] : shape)),
  );
}

/** The tensors expanded to their common shape, without copies (`torch.broadcast_tensors`). */
export function broadcastTensors(...tensors: Tensors): Tensor[] {
  const list = listOf("broadcastTensors", tensors);
  const shape = commonShape("broadcastTensors", ...list.map((x) => x.shape));
  return list.map((x) => expanded("broadcastTensors", x, shape));
}

/** How `meshgrid` orders its dimensions: "ij" as the arguments, "xy" with the first two exchanged. */
export interface MeshgridOptions {
  readonly indexing?: "ij" | "xy";
}

/** Coordinates of the grid that 1-d tensors span, one tensor per dimension (`torch.meshgrid`). */
export function meshgrid(
  ...args:
    | readonly [...tensors: Tensor[]]
    | readonly [...(Tensor | readonly Tensor[])[], MeshgridOptions]
    | readonly [readonly Tensor[]]
): Tensor[] {
  const last = args[args.length - 1];
  const options: MeshgridOptions = isOptions(last) ? last : {};
  const list = listOf("meshgrid", isOptions(last) ? args.slice(0, -1) : args);
  const indexing = options.indexing ?? "ij";
  if (indexing !== "ij" && indexing !== "xy")
    throw new ArgumentError("meshgrid", `expected indexing "ij" or "xy", got "${String(indexing)}"`);
  for (const x of list) expectShape("meshgrid", x.shape.length <= 1, "tensors of rank 0 or 1", x);
  if (list.some((x) => x.dtype !== list[0]?.dtype))
    throw new ArgumentError("meshgrid", "expected tensors of one dtype");
  const swap = indexing === "xy" && list.length >= 2;
  const place = (i: number): number => (swap && i < 2 ? 1 - i : i);
  const shape = list.map((_, i) => (list[place(i)] as Tensor).numel);
  return list.map((x, i) =>
    expanded(
      "meshgrid",
      viewAsShape(
        x,
        shape.map((_, d) => (d === place(i) ? x.numel : 1)),
      ),
      shape,
    ),
  );
}

/** All tuples of one element from each 1-d tensor, as rows; of one tensor, the tensor itself (`torch.cartesian_prod`). */
export function cartesianProd(...tensors: Tensors): Tensor {
  const list = listOf("cartesianProd", tensors);
  for (const x of list) expectShape("cartesianProd", x.shape.length === 1, "1-d tensors", x);
  if (list.length === 1) return list[0] as Tensor;
  const dtype = resultType(...list);
  if (list.some((x) => x.dtype !== dtype))
    throw new ArgumentError("cartesianProd", "expected tensors of one dtype");
  return stackTensors(
    "cartesianProd",
    meshgrid(...list).map((x) => reshape(x, -1)),
    1,
  );
}

function choose(
  n: number,
  r: number,
  repeat: boolean,
  emit: (row: readonly number[]) => void,
  row: number[] = [],
  from = 0,
): void {
  if (row.length === r) emit(row);
  else for (let i = from; i < n; i++) choose(n, r, repeat, emit, [...row, i], repeat ? i : i + 1);
}

/** All combinations of `r` elements of a 1-d tensor, as rows (`torch.combinations`). */
export const combinations = op(
  "combinations",
  ["r", "withReplacement"],
  (x: Tensor, r = 2, withReplacement = false): Tensor => {
    expectShape("combinations", x.shape.length === 1, "a 1-d tensor", x);
    expectInteger("combinations", 0, "r that is not negative", r);
    const rows: number[] = [];
    if (r > 0) choose(x.numel, r, withReplacement, (row) => rows.push(...row));
    const picked = pick("combinations", x, 0, tensor(Int32Array.from(rows), { device: x.device }));
    return r === 0 ? picked : viewAsShape(picked, [rows.length / r, r]);
  },
);

/* @__NO_SIDE_EFFECTS__ */
const atleast =
  (name: string, rank: 1 | 2 | 3) =>
  (...tensors: Tensors): Tensor & Tensor[] => {
    const single = tensors.length === 1 && tensors[0] instanceof Tensor;
    const all =
      single || tensors.length > 0
        ? ((Array.isArray(tensors[0]) ? tensors[0] : tensors) as readonly Tensor[])
        : [];
    if (all.length > 0) checkTensors(name, all);
    const ranked = all.map((x) => withRank(x, rank));
    return (single ? ranked[0] : ranked) as Tensor & Tensor[];
  };

/** One tensor, or an array of them, with as many dimensions at least. */
interface AtLeast {
  (x: Tensor): Tensor;
  (...tensors: Tensors): Tensor[];
}
/** With at least one dimension (`torch.atleast_1d`). */
export const atleast1d: AtLeast = atleast("atleast1d", 1);
/** With at least two dimensions (`torch.atleast_2d`). */
export const atleast2d: AtLeast = atleast("atleast2d", 2);
/** With at least three dimensions (`torch.atleast_3d`). */
export const atleast3d: AtLeast = atleast("atleast3d", 3);
