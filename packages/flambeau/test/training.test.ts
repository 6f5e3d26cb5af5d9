/** Whole training runs: what the packages give together. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fb from "flambeau";
import { afterAll, expect, it } from "vitest";

const { nn, optim } = fb;
const folder = mkdtempSync(join(tmpdir(), "flambeau-training-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly losses: number[];
  readonly model: InstanceType<typeof nn.Sequential>;
}

/** Learns the distance from the origin, as the README's program does. */
function train(seed: number, steps: number): Run {
  fb.manualSeed(seed);
  const model = new nn.Sequential(
    new nn.Linear(2, 64),
    new nn.Tanh(),
    new nn.Dropout(0.1),
    new nn.Linear(64, 1),
  );
  const optimizer = new optim.AdamW(model.parameters(), { lr: 1e-2 });
  const x = fb.randn(128, 2);
  const y = x.square().sum(1, { keepdim: true }).sqrt();
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const loss = nn.functional.mseLoss(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    nn.utils.clipGradNorm_(model.parameters(), 1);
    optimizer.step();
    losses.push(loss.itemSync());
  }
  return { losses, model };
}

it("a training loop learns", () => {
  const { losses } = train(0, 150);
  expect(losses[0]).toBeGreaterThan(0.5);
  expect(losses.at(-1)).toBeLessThan(0.15);
});

it("the same seed gives the same numbers, bit by bit, another seed others", () => {
  const [first, second] = [train(1, 20), train(1, 20)];
  expect(second.losses).toEqual(first.losses);
  const bits = ({ model }: Run): unknown[] => Object.values(model.stateDict()).map((x) => x.arraySync());
  expect(bits(second)).toEqual(bits(first));
  expect(train(2, 20).losses).not.toEqual(first.losses);
});

it("a saved model comes back and predicts the same", async () => {
  const { model } = train(3, 5);
  model.eval();
  const x = fb.randn(4, 2);
  const path = join(folder, "model.safetensors");
  await fb.formats.saveSafetensors(path, model.stateDict());
  const loaded = model.clone();
  nn.init.zeros_(loaded.getParameter("0.weight"));
  loaded.loadStateDict(await fb.formats.loadSafetensors(path));
  expect(loaded.forward(x).arraySync()).toEqual(model.forward(x).arraySync());
});

it("batches come from a loader, shuffled by the seed", async () => {
  const features = fb.arange(10).reshape([10, 1]);
  const epoch = async (): Promise<unknown[]> => {
    fb.manualSeed(5);
    const loader = new fb.data.DataLoader(new fb.data.TensorDataset(features), {
      batchSize: 4,
      shuffle: true,
    });
    const seen: unknown[] = [];
    for await (const [batch] of loader)
      seen.push(...((batch as fb.Tensor).reshape([-1]).arraySync() as number[]));
    return seen;
  };
  const order = await epoch();
  expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(order).not.toEqual([...order].sort());
  expect(await epoch()).toEqual(order);
});

it("a learning-rate scheduler drives the optimizer", () => {
  const layer = new nn.Linear(1, 1);
  const optimizer = new optim.SGD(layer.parameters(), { lr: 1 });
  const scheduler = new optim.lrScheduler.StepLR(optimizer, 1, { gamma: 0.5 });
  optimizer.step();
  scheduler.step();
  expect(optimizer.paramGroups[0]?.lr).toBe(0.5);
});
