import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { Button, buttonClass } from "../ui/Button";
import { TextField } from "../ui/Field";
import type { Question } from "./connector";
import { Curtain } from "./NotConnected";

const labels: Record<string, string> = { username: "User name", password: "Password", domain: "Domain" };

/** The desktop has accounts of its own and asks who comes. What is typed goes to it and is kept nowhere. */
export default function SignIn({ name, question }: { name: string; question: Question }) {
  const [values, setValues] = useState<Record<string, string>>({});

  function submit(event: FormEvent) {
    event.preventDefault();
    question.answer(values);
  }
  return (
    <Curtain title={name}>
      <p>The desktop asks you to sign in with your account there. Your answer goes to it and is not kept.</p>
      <Form className="form" onSubmit={submit}>
        {question.names.map((field, index) => (
          <TextField
            key={field}
            label={labels[field] ?? field}
            type={field === "password" ? "password" : "text"}
            literal
            autoFocus={index === 0}
            autoComplete="off"
            value={values[field] ?? ""}
            onChange={(value) => setValues((old) => ({ ...old, [field]: value }))}
          />
        ))}
        <div className="form-actions">
          <Button type="submit" variant="primary">Sign in</Button>
          <a className={buttonClass("quiet")} href="/">My desktops</a>
        </div>
      </Form>
    </Curtain>
  );
}
