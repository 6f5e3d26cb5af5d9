import { expect, it } from "vitest";
import { apiPath, camel } from "../src/conformance/names.js";

it.each([
  ["log_softmax", "logSoftmax"],
  ["max_pool2d", "maxPool2d"],
  ["atleast_1d", "atleast1d"],
  ["add_", "add_"],
  ["masked_fill_", "maskedFill_"],
  ["T_max", "TMax"],
  ["keepdim", "keepdim"],
  ["BatchNorm2d", "BatchNorm2d"],
])("%s is %s", (python, typescript) => expect(camel(python)).toBe(typescript));

it.each([
  ["torch.add", "add"],
  ["torch.linalg.matrix_norm", "linalg.matrixNorm"],
  ["torch.nn.functional.binary_cross_entropy", "nn.functional.binaryCrossEntropy"],
  ["torch.optim.lr_scheduler.StepLR", "optim.lrScheduler.StepLR"],
  ["torchvision.ops.box_iou", "vision.ops.boxIou"],
])("%s is found at %s", (python, path) => expect(apiPath(python)).toBe(path));
