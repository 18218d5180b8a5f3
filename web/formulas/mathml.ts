// SPDX-License-Identifier: MIT
/** MathML as a tree: just enough XML for what KaTeX writes. */

export interface MathNode {
  readonly tag: string;
  /** As they are written, with the space before them. */
  readonly attributes: string;
  readonly children: readonly MathPart[];
}

/** An element, or text as it is escaped. */
export type MathPart = MathNode | string;

export function parseMathMl(markup: string): MathNode {
  const open: { tag: string; attributes: string; children: MathPart[] }[] = [
    { tag: "", attributes: "", children: [] },
  ];
  for (const [, closing, tag, attributes, single, text] of markup.matchAll(
    /<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g,
  )) {
    const top = open.at(-1)!;
    if (text !== undefined) top.children.push(text);
    else if (closing) {
      open.pop();
      open.at(-1)!.children.push(top);
    } else if (single) top.children.push({ tag: tag!, attributes: attributes!, children: [] });
    else open.push({ tag: tag!, attributes: attributes!, children: [] });
  }
  const root = open[0]!.children[0];
  if (open.length !== 1 || root === undefined || typeof root === "string") {
    throw new Error(`This is not one element: ${markup}`);
  }
  return root;
}

export function toMarkup(part: MathPart): string {
  if (typeof part === "string") return part;
  const { tag, attributes, children } = part;
  return `<${tag}${attributes}>${children.map(toMarkup).join("")}</${tag}>`;
}

/** Whether two elements are written with the same signs; how they are spaced does not matter. */
export function sameSigns(a: MathPart, b: MathPart): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return (
    a.tag === b.tag &&
    variant(a) === variant(b) &&
    a.children.length === b.children.length &&
    a.children.every((child, index) => sameSigns(child, b.children[index]!))
  );
}

/** Upright and bold letters are other symbols than slanted ones. */
function variant({ attributes }: MathNode): string | undefined {
  return /mathvariant="([^"]*)"/.exec(attributes)?.[1];
}
