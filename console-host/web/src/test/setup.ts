import { configure } from "@testing-library/react";

// jsdom has no CSS object; dialogs ask it to escape an id.
globalThis.CSS ??= { escape: (value: string) => value.replaceAll(/[^\w-]/g, String.raw`\$&`) } as typeof CSS;

// On a machine that other tests share, a second is nothing.
configure({ asyncUtilTimeout: 20_000 });
