import { useDeferredValue, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { administration } from "../../api/administration";
import { TextField } from "../../ui/Field";

/** Finds one account by a part of its name; the choice is a list of radio buttons, which every keyboard and screen reader knows. */
export function AccountSearch({ label, chosen, onChoose, error, except }: { label: string; chosen: string; onChoose: (userName: string) => void; error?: string; except?: string }) {
  const [text, setText] = useState("");
  const search = useDeferredValue(text.trim());
  const found = useQuery({
    queryKey: ["accounts", "search", search], enabled: search !== "",
    queryFn: ({ signal }) => administration.accounts({ q: search, disabled: "false" }, 8, undefined, signal),
  });
  const accounts = (found.data?.items ?? []).filter((account) => account.id !== except);
  return (
    <>
      <TextField label={label} type="search" value={text} onChange={(value) => { setText(value); onChoose(""); }} error={error} description="Part of the user name, the full name or the e-mail address." literal autoFocus />
      {accounts.length > 0 ? (
        <fieldset className="check-list field">
          <legend className="visually-hidden">Accounts that were found</legend>
          {accounts.map((account) => (
            <label key={account.id} className="check">
              <input type="radio" name="account" checked={chosen === account.userName} onChange={() => onChoose(account.userName)} />
              <span>{account.userName}<span className="field-description"> {account.displayName}</span></span>
            </label>
          ))}
        </fieldset>
      ) : null}
      <p role="status" className="muted">{search !== "" && found.data && accounts.length === 0 ? "Nobody fits." : ""}</p>
    </>
  );
}
