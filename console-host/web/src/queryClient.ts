import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api/problem";

export function createQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Events keep data fresh; without the network a CloudWorkstation on this very machine still answers.
        networkMode: "always",
        staleTime: 30_000,
        retry: (failures, error) => failures < 3 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
        retryDelay: (attempt) => Math.min(8_000, 500 * 2 ** attempt),
      },
      mutations: { networkMode: "always" },
    },
  });
}
