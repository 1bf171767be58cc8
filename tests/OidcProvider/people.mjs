/** Who can sign in; everybody's password is theirs alone. */
export const people = {
  "0a-alice": { preferred_username: "alice.adams", name: "Alice Adams", email: "alice@company.example", email_verified: true, groups: ["staff", "engineering"] },
  "0b-bob": { preferred_username: "bob", name: "Bob Brown", email: "bob@elsewhere.example", email_verified: true, groups: ["staff"] },
  "0c-carol": { preferred_username: "carol", name: "Carol Clark", email: "carol@company.example", email_verified: false, groups: [] },
};

export const passwordOf = (id) => `password of ${id}`;

export const find = (name, password) => Object.keys(people).find((id) => people[id].preferred_username === name && password === passwordOf(id));
