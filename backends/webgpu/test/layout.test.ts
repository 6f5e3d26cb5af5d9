import { byteCopy, paramBytes, printWgsl, type Shader, ShaderBuilder } from "@flambeau/codegen";
import { describe, expect, it } from "vitest";
import { WgslReflect } from "wgsl_reflect/wgsl_reflect.module.js";
import { affine, affineInPlace } from "./support/device.js";

/** One of each parameter type and buffer access, in an awkward order. */
function mixed(): Shader {
  const k = new ShaderBuilder("mixed", 96);
  const params = (["i32", "i64", "f32", "u32", "i64", "i32"] as const).map((type, i) =>
    k.param(`p${i}`, type),
  );
  const [a, b, c] = [k.buffer("a", "read"), k.buffer("b", "write"), k.buffer("c", "atomic")];
  const shared = k.shared("f32", 96);
  shared.set(k.lane, a.load(0).bits("f32"));
  k.barrier();
  k.if(k.invocation.eq(0), () => {
    for (const [i, param] of params.entries())
      b.store(i, param.type === "f32" ? param.bits("u32") : param.to("u32"));
    c.atomic("add", 0, [shared.at(1).bits("u32")]);
  });
  return k.finish();
}

const buffer = { bytes: 4 };
const shaders: Record<string, Shader> = {
  mixed: mixed(),
  affine: affine(buffer, buffer, 1, 1, 1).build(),
  affineInPlace: affineInPlace(buffer, 1, 1, 1).build(),
  byteCopy: byteCopy(0, 1, 1).build(),
};

describe.each(Object.entries(shaders))("the source of %s declares what the runtime binds", (_, shader) => {
  const reflected = new WgslReflect(printWgsl(shader));

  it("parameters as one uniform block of the size reserved for it", () => {
    expect(reflected.uniforms).toHaveLength(1);
    const [params] = reflected.uniforms;
    expect([params?.group, params?.binding, params?.size]).toEqual([0, 0, paramBytes(shader)]);
    const words = shader.params.reduce((sum, { type }) => sum + (type === "i64" ? 2 : 1), 0);
    expect(params?.size).toBeGreaterThanOrEqual(4 * words);
  });

  it("buffer i at binding i + 1 with its access", () => {
    const found = reflected.storage.map(({ group, binding, access }) => [group, binding, access]);
    const expected = shader.buffers.map(({ access }, i) => [
      0,
      i + 1,
      access === "read" ? "read" : "read_write",
    ]);
    expect(found).toEqual(expected);
  });

  it("one entry point, main, with workgroups of the shader's size", () => {
    const [entry, ...others] = reflected.entry.compute;
    expect(others).toEqual([]);
    expect(entry?.name).toBe("main");
    const size = entry?.attributes?.find(({ name }) => name === "workgroup_size")?.value;
    expect([size].flat().map(Number)).toEqual([shader.lanes]);
  });
});
