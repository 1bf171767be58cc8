import { describe, expect, it } from "vitest";
import type { TemplateParameter } from "../api/types";
import { cleanName, defaultName, fieldKind, hourlyCost, initialValues, money, nameError, serverErrors, toParameters, validate } from "./validation";

function parameter(values: Partial<TemplateParameter>): TemplateParameter {
  return { name: "value", type: "string", title: "Value", mutable: false, default: "", ...values };
}

const errorOf = (values: Partial<TemplateParameter>, value: string | boolean) => validate([parameter(values)], { value }).value;

describe("the field of a parameter", () => {
  it("is radio buttons for a few options and a list for many", () => {
    expect(fieldKind(parameter({ options: ["a", "b"] }))).toBe("radio");
    expect(fieldKind(parameter({ options: ["a", "b", "c", "d", "e", "f"] }))).toBe("select");
  });

  it("is a switch for true or false, else a text or a number", () => {
    expect(fieldKind(parameter({ type: "boolean" }))).toBe("switch");
    expect(fieldKind(parameter({ type: "number" }))).toBe("number");
    expect(fieldKind(parameter({}))).toBe("text");
  });

  it("starts with what the desktop has, else the default, else the first option", () => {
    const options = [parameter({ name: "a", default: "x" }), parameter({ name: "b", options: [16, 24], default: null }), parameter({ name: "c", type: "boolean", default: true })];
    expect(initialValues(options)).toEqual({ a: "x", b: "16", c: true });
    expect(initialValues(options, { a: "mine", b: 24, c: false })).toEqual({ a: "mine", b: "24", c: false });
  });
});

describe("validation", () => {
  it("keeps numbers within their bounds, both ends included", () => {
    const rules = { type: "number", minimum: 8, maximum: 256, default: 20 } as const;
    expect(errorOf(rules, "8")).toBeUndefined();
    expect(errorOf(rules, "256")).toBeUndefined();
    expect(errorOf(rules, "7")).toBe("7 is below the minimum 8.");
    expect(errorOf(rules, "257")).toBe("257 is above the maximum 256.");
    expect(errorOf(rules, "many")).toBe("'many' is not a number.");
    expect(errorOf(rules, "")).toBeUndefined();
  });

  it("honours a bound of zero", () => {
    expect(errorOf({ type: "number", minimum: 0 }, "-1")).toBe("-1 is below the minimum 0.");
    expect(errorOf({ type: "number", maximum: 0 }, "1")).toBe("1 is above the maximum 0.");
  });

  it("asks for what has no default", () => {
    expect(errorOf({ default: null }, "  ")).toBe("Value is needed; it has no default.");
    expect(errorOf({ type: "number", default: null }, "")).toBe("Value is needed; it has no default.");
  });

  it("matches a pattern whole, and leaves one it cannot read to the server", () => {
    expect(errorOf({ pattern: "[a-z]+" }, "abc")).toBeUndefined();
    expect(errorOf({ pattern: "[a-z]+" }, "abc1")).toBe("The text must match [a-z]+.");
    expect(errorOf({ pattern: "a|b" }, "ax")).toBeDefined();
    expect(errorOf({ pattern: "(?>a+)b" }, "zzz")).toBeUndefined();
  });

  it("limits the length, with the server's limit where the template has none", () => {
    expect(errorOf({ maximumLength: 3 }, "abcd")).toBe("The text has 4 characters; at most 3 are allowed.");
    expect(errorOf({}, "x".repeat(1001))).toContain("at most 1000");
    expect(errorOf({}, "a\u0007b")).toBe("Control characters are not allowed.");
  });

  it("names every field that is wrong at once", () => {
    const rules = [parameter({ name: "a", pattern: "a" }), parameter({ name: "b", type: "number", minimum: 1 }), parameter({ name: "c" })];
    expect(Object.keys(validate(rules, { a: "b", b: "0", c: "fine" }))).toEqual(["a", "b"]);
  });
});

describe("what is sent", () => {
  it("has the types that the template asks for", () => {
    const rules = [
      parameter({ name: "depth", type: "number", options: [16, 24] }), parameter({ name: "disk", type: "number" }),
      parameter({ name: "browser", type: "boolean" }), parameter({ name: "host" }),
    ];
    expect(toParameters(rules, { depth: "24", disk: "20", browser: true, host: "desk" })).toEqual({ depth: 24, disk: 20, browser: true, host: "desk" });
  });

  it("leaves an empty number out, so that the server takes the default", () => {
    expect(toParameters([parameter({ name: "disk", type: "number", default: 20 })], { disk: "" })).toEqual({});
  });
});

describe("a desktop's name", () => {
  it("is refused when it is empty, too long or not visible", () => {
    expect(nameError("Desk 🖥")).toBeUndefined();
    expect(nameError("   ")).toBeDefined();
    expect(nameError("x".repeat(61))).toBeDefined();
    expect(nameError("🖥".repeat(60))).toBeUndefined();
    expect(nameError("a\u202Eb")).toBeDefined();
    expect(nameError("a\nb")).toBeDefined();
  });

  it("is sent as one who searches for it types it, whatever made its accents", () => {
    expect(cleanName(" Bu\u0308ro ")).toBe("B\u00fcro");
    expect(cleanName("\u1112\u1161\u11ab")).toBe("\ud55c");
  });

  it("is suggested so that no two are the same", () => {
    expect(defaultName("Linux desktop", [])).toBe("Linux desktop");
    expect(defaultName("Linux desktop", ["linux desktop", "Linux desktop 2"])).toBe("Linux desktop 3");
  });
});

describe("cost", () => {
  it("adds up what is chosen, and is silent where nothing has a price", () => {
    const rules = [parameter({ name: "size", hourlyCost: { small: 0.0416, large: 0.1664 } }), parameter({ name: "disk", hourlyCost: { big: 0.1 } })];
    expect(hourlyCost(rules, { size: "large", disk: "big" })).toBeCloseTo(0.2664);
    expect(hourlyCost([parameter({})], { value: "x" })).toBeNull();
    expect(money(0.0416)).toBe("$0.0416");
    expect(money(0.05)).toBe("$0.05");
    expect(money(1.5)).toBe("$1.50");
  });
});

it("the server's errors land on the form's fields", () => {
  expect(serverErrors({ name: "Taken.", "parameters.host": "Reserved." })).toEqual({ name: "Taken.", host: "Reserved." });
});
