import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type { Frame, Pause } from "../session.js";

let seen: { gradient: number[]; pauses: Pause[] };

beforeAll(() => {
  const session = fileURLToPath(new URL("../session.ts", import.meta.url));
  const printed = execFileSync(process.execPath, [...process.execArgv, session], {
    encoding: "utf8",
    timeout: 50_000,
  });
  seen = JSON.parse(printed) as typeof seen;
}, 60_000);

/** The frames of the program's own code, innermost first. */
const own = ({ stack }: Pause): string[] =>
  stack.filter(({ file }) => file === "program.ts").map(({ name }) => name);

/** Whether frames of these names and files follow each other inwards to outwards, others in between. */
function follow(stack: readonly Frame[], wanted: readonly (readonly [name: string, file: string])[]): void {
  let from = 0;
  for (const [name, file] of wanted) {
    const at = stack.findIndex((frame, i) => i >= from && frame.name === name && frame.file === file);
    expect(at, `${name} of ${file} in ${JSON.stringify(stack)}`).toBeGreaterThanOrEqual(from);
    from = at + 1;
  }
}

// y = 2x at [1, 2], z = y³: dz/dy = 3y² = [12, 48]; the hook doubles it; dz/dx = 2 · 2 · 3y².
describe("a debugger stops", () => {
  it("three times, and the program computes what it does without", () => {
    expect(seen.pauses).toHaveLength(3);
    expect(seen.gradient).toEqual([48, 192]);
  });

  it("in a module's forward, sees input and output, and who called", () => {
    const [forward] = seen.pauses as [Pause];
    expect(forward.tensors).toEqual({
      x: "tensor([1., 2.], requiresGrad=true)",
      y: "tensor([2., 4.], gradFn=<MulBackward>)",
    });
    expect(forward.typed).toBe(3);
    expect(own(forward).slice(0, 2)).toEqual(["forward", "run"]);
    // Nothing but the call of the module lies in between.
    expect(forward.stack.findIndex(({ name }) => name === "run")).toBeLessThanOrEqual(2);
  });

  it("in a Function's backward, sees the saved value and both gradients, and the way from loss.backward()", () => {
    const [, backward] = seen.pauses as [Pause, Pause];
    expect(backward.tensors).toEqual({
      x: "tensor([2., 4.], gradFn=<MulBackward>)",
      gradient: "tensor([1., 1.])",
      result: "tensor([12., 48.])",
    });
    expect(backward.typed).toBe(2);
    expect(own(backward).slice(0, 2)).toEqual(["backward", "run"]);
    follow(backward.stack, [
      ["backward", "program.ts"],
      ["run", "engine.ts"],
      ["backward", "backward.ts"],
      ["run", "program.ts"],
    ]);
    expect(backward.stack.length).toBeLessThan(20);
  });

  it("in a hook, sees the gradient as it comes and as it leaves, and the way from loss.backward()", () => {
    const [, , hook] = seen.pauses as [Pause, Pause, Pause];
    expect(hook.tensors).toEqual({ gradient: "tensor([12., 48.])", result: "tensor([24., 96.])" });
    expect(hook.typed).toBe(60);
    expect(own(hook).slice(0, 2)).toEqual(["doubled", "run"]);
    follow(hook.stack, [
      ["doubled", "program.ts"],
      ["runTensorHooks", "node.ts"],
      ["run", "engine.ts"],
      ["backward", "backward.ts"],
      ["run", "program.ts"],
    ]);
  });
});
