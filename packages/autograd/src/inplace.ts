/** The history of tensors written in place. */
import { AutogradError, isFloat, isGradEnabled, type Tensor } from "@flambeau/core";
import { setInplaceObserver } from "@flambeau/core/internal";
import { edgeOf, requiresGrad } from "./history.js";
import { metaOf } from "./meta.js";
import { attachNew, nodeName } from "./node.js";
import { cast, sumTo, zerosOf } from "./rules/ops.js";
import { splitAtView } from "./rules/strided.js";
import { attach, type GradState, recordedState } from "./state.js";

const isLeafWithGrad = (x: Tensor): boolean => {
  const state = recordedState(x);
  return state?.requiresGrad === true && state.edge === null;
};

function beforeWrite(op: string, target: Tensor, value: Tensor): void {
  if (!isGradEnabled() || !(requiresGrad(target) || requiresGrad(value))) return;
  if (isLeafWithGrad(target)) {
    throw new AutogradError(
      op,
      "a leaf that requires grad was to be written in place; do that inside noGrad, or on a clone",
    );
  }
  const base = target.viewOf?.base ?? target;
  if (isLeafWithGrad(base)) {
    throw new AutogradError(
      op,
      "a view of a leaf that requires grad was to be written in place; do that inside noGrad, or on a clone",
    );
  }
  if (base.dtype !== target.dtype && isFloat(base.dtype)) {
    throw new AutogradError(
      op,
      `a ${target.dtype} view of a ${base.dtype} tensor has no gradient, so a recorded write to it is not possible`,
    );
  }
  // x.mul_(y) must remember x as it was: the product saved it, and it is about to change.
  for (const saved of recordedState(value)?.edge?.node.kept ?? []) saved?.saveFrom(target.storage);
}

function afterWrite(op: string, target: Tensor, value: Tensor): void {
  if (!isGradEnabled() || !isFloat(target.dtype) || !(requiresGrad(target) || requiresGrad(value))) return;
  if (target.viewOf === null) rewrite(op, target, value);
  else rewriteView(target.viewOf.base, target, value);
}

/** Views of `x` that were made before notice that its history is a new one. */
function rebased(x: Tensor): void {
  (x.autograd as GradState).rebasedAt = x.storage.version;
}

/** From now on `target` is `value`, whatever it was. */
function rewrite(op: string, target: Tensor, value: Tensor): void {
  const same =
    value.dtype === target.dtype &&
    value.numel === target.numel &&
    value.shape.length === target.shape.length;
  const edge = edgeOf(value);
  if (edge !== null && same && recordedState(value)?.edge != null) {
    attach(target, edge.node, edge.output);
    rebased(target);
    return;
  }
  const [from, to] = [metaOf(value), metaOf(target)];
  attachNew(target, {
    name: nodeName(op.replace(/_$/, "")),
    edges: [edgeOf(target), edge],
    backward: ([g], needs) => [
      needs[0] ? zerosOf(to) : null,
      needs[1] ? cast(sumTo(g as Tensor, from.shape), from.dtype) : null,
    ],
  });
  rebased(target);
}

/** From now on `base` is what it was outside of `view`, and `value` inside. The view itself follows its base. */
function rewriteView(base: Tensor, view: Tensor, value: Tensor): void {
  const [whole, part, from] = [metaOf(base), metaOf(view), metaOf(value)];
  attachNew(base, {
    name: "CopySlicesBackward",
    edges: [edgeOf(base), edgeOf(value)],
    backward: ([g], needs) => {
      const split = splitAtView(g as Tensor, whole, part);
      return [
        needs[0] ? split.outside() : null,
        needs[1] ? cast(sumTo(split.inside(), from.shape), from.dtype) : null,
      ];
    },
  });
  rebased(base);
}

setInplaceObserver({ beforeWrite, afterWrite });
