import { expect, it } from "vitest";
import { localPath } from "./navigation";

it.each(["/", "/desktops/abc?x=1#y", "/desktop/abcdefghijkl/", "/a//b"])("goes back to %s", (path) => {
  expect(localPath(path)).toBe(path);
});

it.each([null, "", "desktops", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "/sign-in?return=/"])(
  "goes home instead of to %j",
  (path) => {
    expect(localPath(path)).toBe("/");
  },
);
