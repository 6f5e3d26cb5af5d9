/** A child process that answers each JSON line on its standard input with one on its standard output. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export class LineProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting: Waiting[] = [];
  #complaints = "";
  #ended: Error | null = null;

  constructor(
    readonly command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
  ) {
    this.#child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#complaints = (this.#complaints + chunk.toString()).slice(-2000);
    });
    this.#child.on("error", (error) => this.#end(error));
    this.#child.on("close", (code) => {
      const said = this.#complaints.trim().split("\n").at(-1) ?? "";
      this.#end(new Error(`${command} ended with status ${code}${said === "" ? "" : `: ${said}`}`));
    });
    // A process that has ended already says why in "close".
    this.#child.stdin.on("error", () => {});
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#answer(line));
  }

  /** The next line the process writes, as a value. Rejects when it ends instead, or reports an error. */
  receive<T>(): Promise<T> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve: resolve as Waiting["resolve"], reject });
    });
  }

  /** Writes a value as a line and resolves to the answer. */
  ask<T>(question: object): Promise<T> {
    const answer = this.receive<T>();
    if (this.#ended === null) this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    return answer;
  }

  /** Ends the process by ending its input. */
  async close(): Promise<void> {
    if (this.#ended !== null) return;
    const ended = new Promise<void>((resolve) => this.#child.once("close", () => resolve()));
    this.#child.stdin.end();
    await ended;
  }

  #answer(line: string): void {
    const waiting = this.#waiting.shift();
    const value = JSON.parse(line) as { error?: string };
    if (typeof value.error === "string") waiting?.reject(new Error(`${this.command}: ${value.error}`));
    else waiting?.resolve(value);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}
