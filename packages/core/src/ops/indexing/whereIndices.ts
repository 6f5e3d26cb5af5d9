/** The one-argument form of `where`. */
import type { Tensor } from "../../tensor/tensor.js";
import { atLeastOneDim } from "../shape/slicing.js";
import { coordinatesOf } from "./coordinates.js";

/** Coordinates where the condition holds, one 1-d int32 tensor per dimension (`torch.where` with one argument). */
export const whereIndices = (condition: Tensor): Tensor[] => coordinatesOf("where", atLeastOneDim(condition));
