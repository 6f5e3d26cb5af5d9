/** Nodes waiting for their turn, the latest recorded first: a binary heap on the sequence number. */
import type { GradNode } from "./node.js";

export class NodeQueue {
  readonly #heap: GradNode[] = [];

  push(node: GradNode): void {
    const heap = this.#heap;
    let at = heap.push(node) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if ((heap[above] as GradNode).sequence >= node.sequence) break;
      heap[at] = heap[above] as GradNode;
      at = above;
    }
    heap[at] = node;
  }

  pop(): GradNode | null {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined) return null;
    if (heap.length === 0) return top;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      const right = heap[child + 1];
      if (right !== undefined && right.sequence > (heap[child] as GradNode).sequence) child++;
      if ((heap[child] as GradNode).sequence <= last.sequence) break;
      heap[at] = heap[child] as GradNode;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
