import type { KeyPress } from "./format";

const backSpace = 0xff08;
const enter = new Set([0xff0d, 0xff8d]);
const tab = 0xff09;
/** Control, Alt, Meta and Super, left and right: what is typed with them is no text. AltGr is none of them. */
const commands = new Set([0xffe3, 0xffe4, 0xffe9, 0xffe7, 0xffe8, 0xffeb, 0xffec]);

export interface TypedText {
  text: string;
  /** When each character of the text was typed. */
  at: number[];
}

/** What somebody typed, as text: what was taken back at once is gone, and no key that is no text is in it. */
export function typedText(keys: readonly KeyPress[]): TypedText {
  const characters: string[] = [];
  const at: number[] = [];
  const held = new Set<number>();
  for (const { keysym, down, at: time } of keys) {
    if (commands.has(keysym)) {
      if (down) held.add(keysym);
      else held.delete(keysym);
    }
    if (!down || held.size > 0) continue;
    if (keysym === backSpace) {
      characters.pop();
      at.pop();
      continue;
    }
    const character = characterOf(keysym);
    if (character === "") continue;
    characters.push(character);
    at.push(time);
  }
  // One entry in `at` for each UTF-16 unit, so that a place in the text is a place in both.
  return { text: characters.join(""), at: characters.flatMap((character, index) => Array<number>(character.length).fill(at[index] ?? 0)) };
}

export function characterOf(keysym: number): string {
  if (enter.has(keysym)) return "\n";
  if (keysym === tab) return "\t";
  if ((keysym >= 0x20 && keysym <= 0x7e) || (keysym >= 0xa0 && keysym <= 0xff)) return String.fromCharCode(keysym);
  if (keysym >= 0xffaa && keysym <= 0xffb9) return String.fromCharCode(keysym - 0xff80);
  const point = keysym - 0x01000000;
  return point > 0xff && point <= 0x10ffff ? String.fromCodePoint(point) : "";
}

export interface Hit {
  at: number;
  before: string;
  match: string;
  after: string;
}

const context = 24;
const most = 100;

/** Where a text was typed, without regard to capitals. */
export function findTyped({ text, at }: TypedText, wanted: string): Hit[] {
  const [where, what] = [text.toLowerCase(), wanted.toLowerCase()];
  // A few capitals are longer in lower case: then places would not fit together any more.
  const searched = where.length === text.length ? where : text;
  const hits: Hit[] = [];
  for (let index = searched.indexOf(what); what !== "" && index >= 0 && hits.length < most; index = searched.indexOf(what, index + what.length)) {
    const end = index + what.length;
    hits.push({ at: at[index] ?? 0, before: line(text.slice(Math.max(0, index - context), index)), match: line(text.slice(index, end)), after: line(text.slice(end, end + context)) });
  }
  return hits;
}

const line = (text: string) => text.replaceAll("\n", "⏎").replaceAll("\t", "⇥");
