import type { ReactNode } from "react";

/** Our own line icons, 24 × 24; decoration only, the words beside them say it. */
const shapes: Record<string, ReactNode> = {
  desktop: <path d="M4 5h16v10H4zM9 19h6M12 15v4" />,
  terminal: <path d="M4 5h16v14H4zM7.5 9.5l2.5 2.5-2.5 2.5M12.5 15H16" />,
  server: <path d="M5 4h14v7H5zM5 13h14v7H5zM8.5 7.5h.01M8.5 16.5h.01" />,
  cloud: <path d="M7 18a4 4 0 0 1-.6-7.96 5.5 5.5 0 0 1 10.7-.9A4.5 4.5 0 0 1 17 18z" />,
  code: <path d="m8.5 8-4 4 4 4m7-8 4 4-4 4M13.5 6l-3 12" />,
  chart: <path d="M5 4v15h15M9 15v-4m4 4V8m4 7v-6" />,
  alert: <path d="M12 4 2.8 19.5h18.4zM12 10v4.5m0 2.5v.01" />,
  info: <path d="M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 11v5m0-8.5v.01" />,
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  cross: <path d="m6 6 12 12M18 6 6 18" />,
  play: <path d="M8 5.5v13l10.5-6.5z" />,
  stop: <path d="M6.5 6.5h11v11h-11z" />,
  clock: <path d="M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.5V12l3 2" />,
  spinner: <path d="M12 3.5a8.5 8.5 0 1 1-8.5 8.5" />,
  trash: <path d="M5 7h14M10 4h4M7 7l.8 13h8.4L17 7M10.5 11v5m3-5v5" />,
  plus: <path d="M12 5v14M5 12h14" />,
  more: <path d="M12 5.5v.01M12 12v.01M12 18.5v.01" strokeWidth="3" />,
  copy: <path d="M9 9h10v11H9zM15 9V4H5v11h4" />,
  keyboard: <path d="M3 6.5h18v11H3zM6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M8 14h8" />,
  keycap: <path d="M4.5 4.5h15v15h-15zM8.5 13.5 12 9l3.5 4.5" />,
  clipboard: <path d="M8 5H5.5v15h13V5H16M9 3.5h6v3.5H9z" />,
  expand: <path d="M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5" />,
  shrink: <path d="M9 4v5H4m16 0h-5V4m0 16v-5h5M4 15h5v5" />,
  fit: <path d="M4 5h16v14H4zM8 9h8v6H8z" />,
  gauge: <path d="M4.5 18a9 9 0 1 1 15 0M12 14l4-5" />,
  sun: <path d="M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2m0 15v2M2.5 12h2m15 0h2M5.3 5.3l1.4 1.4m10.6 10.6 1.4 1.4m0-13.4-1.4 1.4M6.7 17.3l-1.4 1.4" />,
  moon: <path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z" />,
  auto: <path d="M12 3.5a8.5 8.5 0 1 1 0 17zM12 3.5a8.5 8.5 0 1 0 0 17z" />,
  user: <path d="M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20a7.5 7.5 0 0 1 15 0" />,
  pencil: <path d="m5 19 .800-3.8L16 5l3 3L8.8 18.2z" />,
  retry: <path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4v5h-5" />,
  folder: <path d="M3.5 6h6l2 2.5h9V19h-17z" />,
  speaker: <path d="M4 9.5v5h3.5l4.5 4v-13l-4.5 4zM15.5 9a4.5 4.5 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />,
  lock: <path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" />,
  menu: <path d="M4 7h16M4 12h16M4 17h16" />,
  chevron: <path d="m8 14 4-4 4 4" />,
};

export function Icon({ name, className = "" }: { name: string; className?: string }) {
  return (
    <svg className={`icon ${className}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {shapes[name] ?? shapes.desktop}
    </svg>
  );
}
