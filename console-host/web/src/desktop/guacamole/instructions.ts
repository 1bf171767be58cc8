/**
 * Reads the instructions of one message: LENGTH.VALUE elements, commas between, a semicolon at the end. Lengths count UTF-16 units, as the
 * tunnel counts for browsers. A message that is not whole instructions is a fault, and nothing after it can be trusted.
 */
export function readInstructions(message: string, take: (opcode: string, parameters: string[]) => void) {
  let position = 0;
  let elements: string[] = [];
  while (position < message.length) {
    const dot = message.indexOf(".", position);
    const digits = dot < 0 ? "" : message.slice(position, dot);
    if (!/^\d{1,7}$/.test(digits)) throw new SyntaxError("A length was expected.");
    const end = dot + 1 + Number(digits);
    const terminator = message[end];
    if (terminator !== "," && terminator !== ";") throw new SyntaxError("An element does not end where its length says.");
    elements.push(message.slice(dot + 1, end));
    position = end + 1;
    if (terminator === ",") continue;
    const [opcode = "", ...parameters] = elements;
    elements = [];
    take(opcode, parameters);
  }
  if (elements.length > 0) throw new SyntaxError("The message ends inside an instruction.");
}

export function writeInstruction(elements: readonly (string | number)[]): string {
  return `${elements.map((element) => `${String(element).length}.${element}`).join(",")};`;
}
