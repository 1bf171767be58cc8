// jsdom has no CSS object; dialogs ask it to escape an id.
globalThis.CSS ??= { escape: (value: string) => value.replaceAll(/[^\w-]/g, String.raw`\$&`) } as typeof CSS;
