/** Who can sign in; everybody's password is theirs alone. */
const visitors = Array.from({ length: 64 }, (_, i) => String(i).padStart(2, "0"));

export const people = {
  "0a-alice": { preferred_username: "alice.adams", name: "Alice Adams", email: "alice@company.example", email_verified: true, groups: ["staff", "engineering"] },
  "0b-bob": { preferred_username: "bob", name: "Bob Brown", email: "bob@elsewhere.example", email_verified: true, groups: ["staff"] },
  "0c-carol": { preferred_username: "carol", name: "Carol Clark", email: "carol@company.example", email_verified: false, groups: [] },
  // For whoever needs many.
  ...Object.fromEntries(visitors.map((n) => [`1-${n}`, { preferred_username: `visitor-${n}`, name: `Visitor ${n}`, email: `visitor-${n}@company.example`, email_verified: true, groups: ["staff"] }])),
};

export const passwordOf = (id) => `password of ${id}`;

export const find = (name, password) => Object.keys(people).find((id) => people[id].preferred_username === name && password === passwordOf(id));
