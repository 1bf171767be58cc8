import { useQuery } from "@tanstack/react-query";
import { Navigate } from "react-router";
import { offersQuery } from "../session/offers";

/** On an installation without any account there is nobody to sign in as. */
export function SetupNotice() {
  return useQuery(offersQuery).data?.setup ? <Navigate to="/sign-in/setup" replace /> : null;
}
