/** Hands a file over to the browser's downloads. */
export function save(content: Blob, name: string) {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = safeName(name);
  link.click();
  // The browser has taken it by then; keeping it would keep the memory.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The desktop chooses the name: only its last part, without what a file system or a reader could be fooled with. */
export function safeName(name: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = (name.split(/[/\\]/).pop() ?? "").replaceAll(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, "").trim();
  return plain === "" || plain === "." || plain === ".." ? "download" : plain;
}
