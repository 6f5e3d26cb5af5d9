/** `withReads`: operators whose result depends on values, on a device that must be awaited. */
import * as fb from "flambeau";
import { describe, expect, it } from "vitest";
import { gpu, onBoth, runOn } from "./both.js";

/** How many launches a piece of work makes. */
async function launches(work: () => Promise<unknown>): Promise<number> {
  const before = gpu.backend.stats().launches;
  await work();
  return gpu.backend.stats().launches - before;
}

const x = (): fb.Tensor =>
  fb.tensor([
    [1, 0, 3],
    [0, -5, 6],
  ]);

const dependent: Record<string, () => fb.Tensor | readonly fb.Tensor[]> = {
  nonzero: () => x().nonzero(),
  "nonzero, by dimension": () => x().nonzero({ asTuple: true }),
  maskedSelect: () => x().maskedSelect(x().gt(0)),
  "a boolean mask": () => x().at(x().ne(0)),
  "a mask of rows": () => x().at(x().sum(1).gt(3)),
  "one after the other": () => {
    const positive = x().at(x().gt(0));
    return positive.at(positive.lt(positive.max().itemSync()));
  },
  "a loop until a value": () => {
    let y = x().abs();
    while (y.max().itemSync() > 1) y = y.div(2);
    return y;
  },
};

describe("withReads", () => {
  it.each(Object.keys(dependent))("%s", async (name) => {
    const body = dependent[name] as (typeof dependent)[string];
    const read = async (): Promise<fb.NestedArray[]> => {
      const made = await fb.withReads(body);
      return Promise.all((made instanceof fb.Tensor ? [made] : made).map((y) => y.array()));
    };
    const { cpu, webgpu } = await onBoth(read);
    expect(webgpu).toEqual(cpu);
    await expect(runOn(gpu, async () => body())).rejects.toThrow(fb.DeviceError);
  });

  it("passes gradients through a mask", async () => {
    const gradient = async (): Promise<fb.NestedArray | undefined> => {
      const leaf = x().requiresGrad_();
      const picked = await fb.withReads(() => leaf.at(leaf.gt(0)));
      picked.square().sum().backward();
      return leaf.grad?.array();
    };
    expect(await onBoth(gradient)).toEqual({
      cpu: [
        [2, 0, 6],
        [0, 0, 12],
      ],
      webgpu: [
        [2, 0, 6],
        [0, 0, 12],
      ],
    });
  });

  it("draws the same numbers each time it starts again, and the next ones after it", async () => {
    const draws = async (): Promise<fb.NestedArray[]> => {
      const inside = await fb.withReads(() => {
        const first = fb.rand(64);
        const chosen = first.at(first.gt(0.5));
        const second = fb.rand(64).at(fb.rand(64).gt(0.5));
        return [first, chosen, second, fb.rand(3)];
      });
      return Promise.all([...inside, fb.rand(3)].map((y) => y.array()));
    };
    const { cpu, webgpu } = await onBoth(draws);
    expect(webgpu).toEqual(cpu);
    expect(webgpu[4]).not.toEqual(webgpu[3]);
  });

  it("gives no number twice to what runs meanwhile", async () => {
    await runOn(gpu, async () => {
      const body = (): fb.Tensor => {
        const mask = fb.rand(32).gt(0.5);
        mask.sum().itemSync();
        return fb.rand(8);
      };
      const [first, second] = [fb.withReads(body), fb.withReads(body)];
      const meanwhile = fb.rand(8);
      const all = await Promise.all([first, second]);
      const rows = await Promise.all([...all, meanwhile, fb.rand(8)].map((y) => y.array()));
      expect(new Set(rows.flat()).size).toBe(4 * 8);
    });
  });

  it("starts a generator over that the body seeds", async () => {
    await runOn(gpu, async () => {
      const generator = new fb.Generator(9);
      const drawn = await fb.withReads(() => {
        generator.manualSeed(5);
        fb.rand(2, { generator }).sum().itemSync();
        return fb.rand(4, { generator });
      });
      const next = fb.rand(4, { generator });
      generator.manualSeed(5);
      const again = [2, 4, 4].map((n) => fb.rand(n, { generator }));
      expect([await drawn.array(), await next.array()]).toEqual([
        await again[1]?.array(),
        await again[2]?.array(),
      ]);
    });
  });

  it("keeps the reads of bodies apart that wait at the same time", async () => {
    await runOn(gpu, async () => {
      const count = (threshold: number) => () => {
        const kept = fb.arange(10).at(fb.arange(10).ge(threshold));
        return [kept.shape[0], kept.at(kept.remainder(2).eq(0)).shape[0], kept.sum().itemSync()];
      };
      const bodies = [0, 3, 8].map((threshold) => fb.withReads(count(threshold)));
      expect(await Promise.all(bodies)).toEqual([
        [10, 5, 45],
        [7, 3, 42],
        [2, 1, 17],
      ]);
    });
  });

  it("may follow an await and be started within another body", async () => {
    await runOn(gpu, async () => {
      const inner: Promise<number>[] = [];
      const outer = await fb.withReads(() => {
        const total = fb.ones(3).sum().itemSync();
        inner.push(fb.withReads(() => fb.full([2], total).sum().itemSync()));
        return total + fb.ones(2).sum().itemSync();
      });
      expect(outer).toBe(5);
      expect(new Set(await Promise.all(inner))).toEqual(new Set([6]));
      const later = await fb.withReads(() => fb.full([outer], 2).nonzero().shape[0]);
      expect(later).toBe(5);
    });
  });

  it("passes on what the body throws, also what a read finds", async () => {
    await runOn(gpu, async () => {
      const own = new Error("mine");
      await expect(
        fb.withReads(() => {
          fb.ones(1).itemSync();
          throw own;
        }),
      ).rejects.toBe(own);
      const wrong = fb.withReads(() =>
        fb
          .ones(3)
          .at(fb.tensor(Int32Array.of(5)))
          .sum()
          .itemSync(),
      );
      await expect(wrong).rejects.toThrow(fb.IndexError);
      expect(() => fb.ones(1).itemSync()).toThrow(fb.DeviceError);
    });
  });

  it("refuses a body that waits", async () => {
    const waiting = fb.withReads(async () => fb.ones(1));
    await expect(waiting).rejects.toThrow(fb.ArgumentError);
    await expect(waiting).rejects.toThrow("withReads: expected a function that returns without waiting");
  });

  it("runs a body that reads nothing once", async () => {
    const once = () => runOn(gpu, () => fb.withReads(() => fb.ones(4).add(1)));
    expect(await launches(once)).toBe(await launches(() => runOn(gpu, async () => fb.ones(4).add(1))));
  });
});
