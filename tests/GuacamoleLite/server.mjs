// node server.mjs PORT GUACD_PORT: tokens are encrypted under TOKEN_KEY (32 characters).
import GuacamoleLite from "guacamole-lite";

const [port, guacd] = process.argv.slice(2).map(Number);
new GuacamoleLite(
  { host: "127.0.0.1", port },
  { host: "127.0.0.1", port: guacd },
  { crypt: { cypher: "aes-256-cbc", key: process.env.TOKEN_KEY }, log: { level: 0 }, maxInactivityTime: 0 },
);
