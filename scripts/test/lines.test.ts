import { expect, it } from "vitest";
import { countLines } from "../count-lines.js";

it("tells code from comments and blank lines", () => {
  const text = [
    "// one",
    "",
    "const a = 1; // with a remark",
    "/**",
    " * two",
    " */",
    "/* three */",
    "}",
  ].join("\n");
  expect(countLines(text)).toEqual({ code: 2, comments: 5 });
});
