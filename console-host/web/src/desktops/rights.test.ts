import { describe, expect, it } from "vitest";
import { rightsOf } from "./rights";

const theirs = { owner: { id: "bob", userName: "bob" } };
const person = (...permissions: string[]) => ({ id: "ada", permissions });
const granted = (rights: ReturnType<typeof rightsOf>) => Object.entries(rights).filter(([, may]) => may).map(([name]) => name);

describe("what a person may do with a desktop", () => {
  it("gives owners everything but handing it on", () => {
    expect(granted(rightsOf(person("desktops.use"), { owner: { id: "ada", userName: "ada" } }))).toEqual(["open", "power", "change", "remove", "steer"]);
  });

  it("lets the help desk start and stop somebody else's, and no more", () => {
    expect(granted(rightsOf(person("desktops.use", "desktops.read", "desktops.stop"), theirs))).toEqual(["power"]);
  });

  it("lets who manages desktops do all but open the screen", () => {
    expect(granted(rightsOf(person("desktops.read", "desktops.manage"), theirs))).toEqual(["power", "change", "remove", "steer", "transfer"]);
  });

  it("lets owners who lost everything give back what costs money", () => {
    expect(granted(rightsOf(person(), { owner: { id: "ada", userName: "ada" } }))).toEqual(["remove", "steer"]);
  });
});
