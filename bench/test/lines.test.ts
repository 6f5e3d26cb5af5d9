import { describe, expect, it } from "vitest";
import { LineProcess } from "../peers/lines.js";
import { findTorch } from "../peers/torch/peer.js";

const program = `
  console.log(JSON.stringify({ hello: process.argv[1] }));
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const { value } = JSON.parse(line);
    if (value < 0) console.log(JSON.stringify({ error: "negative" }));
    else if (value === 0) { console.error("something\\nwent wrong"); process.exit(3); }
    else console.log(JSON.stringify({ twice: 2 * value }));
  });
`;
const start = (): LineProcess => new LineProcess(process.execPath, ["-e", program, "there"], process.env);

describe("a process that speaks JSON lines", () => {
  it("greets, answers in order, and ends with its input", async () => {
    const child = start();
    expect(await child.receive()).toEqual({ hello: "there" });
    expect(await Promise.all([child.ask({ value: 1 }), child.ask({ value: 2 })])).toEqual([
      { twice: 2 },
      { twice: 4 },
    ]);
    await expect(child.ask({ value: -1 })).rejects.toThrow("negative");
    expect(await child.ask({ value: 5 })).toEqual({ twice: 10 });
    await child.close();
  });

  it("says how it ended when that was not asked for", async () => {
    const child = start();
    await child.receive();
    await expect(child.ask({ value: 0 })).rejects.toThrow("ended with status 3: went wrong");
    await expect(child.ask({ value: 1 })).rejects.toThrow("status 3");
    await child.close();
  });
});

describe("PyTorch", () => {
  it("is missing, with the reason, where there is no such interpreter", async () => {
    const found = await findTorch("no-such-python", 1);
    expect(found).toEqual({ missing: expect.stringMatching(/no PyTorch: .*no-such-python/) });
  });
});
