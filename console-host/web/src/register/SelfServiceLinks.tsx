import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { offersQuery } from "../session/offers";

/** On the sign-in page: for who has no account yet, or has forgotten the password. */
export function SelfServiceLinks() {
  const { data } = useQuery(offersQuery);
  if (!data?.registration && !data?.passwordReset) return null;
  return (
    <p className="sign-in-links">
      {data.registration ? <Link to="/sign-in/register">Register</Link> : null}
      {data.passwordReset ? <Link to="/sign-in/reset">Forgot your password?</Link> : null}
    </p>
  );
}
