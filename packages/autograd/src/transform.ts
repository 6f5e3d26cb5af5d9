/** Recording: runs each primitive that concerns a tensor requiring grad and puts a node on the tape. */
import { isFloat, isGradEnabled, type Tensor } from "@flambeau/core";
import { addTransform, type Next, type PrimitiveName, type PrimitiveParams } from "@flambeau/core/internal";
import { edgeOf, requiresGrad } from "./history.js";
import { metaOf } from "./meta.js";
import { type Backward, GradNode, nodeName } from "./node.js";
import type { Rule } from "./rules/rule.js";
import { rules } from "./rules/table.js";
import { attach } from "./state.js";

function concerns(inputs: readonly Tensor[]): boolean {
  if (!isGradEnabled()) return false;
  for (const x of inputs) if (requiresGrad(x)) return true;
  return false;
}

function record<P extends PrimitiveName>(
  name: P,
  inputs: readonly Tensor[],
  params: PrimitiveParams[P],
  next: Next,
): Tensor[] {
  const rule = rules[name] as Rule<P> | null;
  if (rule === null || (name === "fused" && !makesFloat(params as PrimitiveParams["fused"])))
    return next(name, inputs, params);
  const edges = inputs.map(edgeOf);
  const recorded = edges.map((edge) => edge !== null);
  const outputs = rule.forward?.(inputs, params, recorded, next) ?? next(name, inputs, params);
  const metas = inputs.map(metaOf);
  const backward: Backward = (cotangents, needs, node) =>
    rule.backward({
      cotangents,
      needs,
      recorded,
      saved: node.savedTensors(),
      inputs: metas,
      outputs: node.outputs,
      params,
    });
  const node = new GradNode({
    name: nodeName(typeof rule.name === "string" ? rule.name : rule.name(params)),
    edges,
    outputs: outputs.map(metaOf),
    backward,
  });
  outputs.forEach((out, i) => {
    if (isFloat(out.dtype)) attach(out, node, i);
  });
  if (rule.saves !== undefined) node.save(rule.saves({ inputs, outputs, params, needs: recorded }));
  const visible = rule.visible?.(params) ?? outputs.length;
  // The node holds on to what it saved of the hidden ones; nobody else will ask for them.
  for (const hidden of outputs.slice(visible)) hidden.dispose();
  return outputs.slice(0, visible);
}

const makesFloat = ({ outputs }: PrimitiveParams["fused"]): boolean =>
  outputs.some(({ dtype }) => isFloat(dtype));

addTransform({ name: "autograd", order: 100, concerns, apply: record });
