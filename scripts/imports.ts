import { readFileSync } from "node:fs";
import ts from "typescript";

export interface Import {
  specifier: string;
  /** Whether it is an `await import(…)`, which loads only when it is reached. */
  dynamic: boolean;
  line: number;
}

function literal(node: ts.Node | undefined): ts.StringLiteralLike | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node : undefined;
}

function specifierOf(node: ts.Node): ts.StringLiteralLike | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literal(node.argument.literal);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return literal(node.arguments[0]);
  }
  return undefined;
}

/** Every module that a TypeScript file names: static and dynamic imports, re-exports and import types. */
export function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      const line = source.getLineAndCharacterOfPosition(specifier.getStart(source)).line + 1;
      found.push({ specifier: specifier.text, dynamic: ts.isCallExpression(node), line });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
