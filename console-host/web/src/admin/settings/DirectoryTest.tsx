import { useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { messageOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { ErrorNote } from "../../ui/Notes";
import { testDirectory, type Directory } from "./directories";

const steps: Record<string, string> = { connection: "Connection", searchAccount: "Account that searches", people: "People", person: "Person" };

/** Tries what is in the form, saved or not. */
export function DirectoryTest({ directory }: { directory: Directory }) {
  const [userName, setUserName] = useState("");
  const test = useMutation({ mutationFn: () => testDirectory(directory, userName) });
  return (
    <div className="directory-test">
      <TextField label="Look for somebody" literal value={userName} onChange={setUserName} description="A user name, to see their groups. No password is needed." />
      <Button isPending={test.isPending} onPress={() => test.mutate()}>Test connection</Button>
      <div role="status">
        {test.data ? (
          <>
            <p><strong>{test.data.succeeded ? "It works." : "It does not work."}</strong></p>
            <ul className="problems">
              {test.data.steps.map((step) => (
                <li key={step.name}>
                  <span className={`badge badge-${step.succeeded ? "good" : "bad"}`}>{step.succeeded ? "Good" : "Failed"}</span> {steps[step.name] ?? step.name}: {step.detail}
                </li>
              ))}
            </ul>
            {test.data.warnings.map((warning) => <ErrorNote key={warning}>{warning}</ErrorNote>)}
          </>
        ) : null}
      </div>
      {test.error ? <ErrorNote>{messageOf(test.error)}</ErrorNote> : null}
    </div>
  );
}
