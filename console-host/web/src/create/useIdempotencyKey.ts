import { useRef } from "react";

/** The same key while the same body is sent again (a lost answer), a new one as soon as anything differs. */
export function useIdempotencyKey() {
  const last = useRef({ body: "", key: "" });
  return (body: unknown): string => {
    const text = JSON.stringify(body);
    if (last.current.body !== text) last.current = { body: text, key: randomKey() };
    return last.current.key;
  };
}

export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
