/** A forward and a backward pass with a breakpoint in each place where a program's own code runs. */
import { fileURLToPath } from "node:url";
import * as fb from "flambeau";

/** x³ with a backward of its own. */
class Cube extends fb.Function {
  static override forward(context: fb.FunctionContext, x: fb.Tensor): fb.Tensor {
    context.saveForBackward(x);
    return x.pow(3);
  }

  static override backward(context: fb.FunctionContext, gradient: fb.Tensor): fb.Tensor {
    const [x] = context.savedTensors as [fb.Tensor];
    const result = gradient.mul(x.square()).mul(3);
    // biome-ignore lint/suspicious/noDebugger: this program exists to be stopped here
    debugger;
    return result;
  }
}

class Scaled extends fb.nn.Module {
  readonly scale = new fb.nn.Parameter(fb.tensor([2]));

  override forward(x: fb.Tensor): fb.Tensor {
    const y = x.mul(this.scale);
    // biome-ignore lint/suspicious/noDebugger: this program exists to be stopped here
    debugger;
    return y;
  }
}

function doubled(gradient: fb.Tensor): fb.Tensor {
  const result = gradient.mul(2);
  // biome-ignore lint/suspicious/noDebugger: this program exists to be stopped here
  debugger;
  return result;
}

/** The gradient of (2x)³ at 1 and 2, doubled on its way by a hook. */
export function run(): number[] {
  const x = fb.tensor([1, 2], { requiresGrad: true });
  const y = new Scaled().forward(x);
  y.registerHook(doubled);
  const loss = (Cube.apply(y) as fb.Tensor).sum();
  loss.backward();
  return (x.grad as fb.Tensor).arraySync() as number[];
}

// Started by itself, under a debugger of your own.
if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(run());
