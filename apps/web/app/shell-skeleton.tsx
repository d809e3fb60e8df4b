// The app's outline while it is asked who is signed in.
import { Loading, Skeleton } from "~/ui/skeleton";

const ROWS = ["a", "b", "c", "d", "e", "f"];

export function ShellSkeleton() {
  return (
    <Loading>
      <div className="flex h-dvh">
        <div className="hidden w-[272px] flex-col gap-2 border-r border-border bg-subtle p-3 md:flex">
          <Skeleton className="mb-2 h-9" />
          {ROWS.map((row) => (
            <Skeleton key={row} className="h-8" />
          ))}
        </div>
        <div className="flex-1" />
      </div>
    </Loading>
  );
}
