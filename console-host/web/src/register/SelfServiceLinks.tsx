import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { rulesQuery } from "./rules";

/** On the sign-in page: for who has no account yet, or has forgotten the password. */
export function SelfServiceLinks() {
  const { data } = useQuery(rulesQuery);
  if (!data?.enabled && !data?.passwordReset) return null;
  return (
    <p className="sign-in-links">
      {data.enabled ? <Link to="/sign-in/register">Register</Link> : null}
      {data.passwordReset ? <Link to="/sign-in/reset">Forgot your password?</Link> : null}
    </p>
  );
}
