/** A forward and a backward pass with a breakpoint in each place a program can put one. */
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

export function run(): number[] {
  const x = fb.tensor([1, 2], { requiresGrad: true });
  const y = new Scaled().forward(x);
  y.registerHook((gradient) => {
    const doubled = gradient.mul(2);
    // biome-ignore lint/suspicious/noDebugger: this program exists to be stopped here
    debugger;
    return doubled;
  });
  (Cube.apply(y) as fb.Tensor).sum().backward();
  return (x.grad as fb.Tensor).arraySync() as number[];
}
