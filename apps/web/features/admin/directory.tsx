// A list that is searched and read page by page.
import type { Page, PageQuery } from "@parley/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";

export interface DirectoryProps<Item extends { id: string }> {
  name: string;
  search: string;
  none: string;
  read: (query: PageQuery & { q?: string }) => Promise<Page<Item>>;
  row: (item: Item) => ReactNode;
}

export function Directory<Item extends { id: string }>({ name, search, none, read, row }: DirectoryProps<Item>) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const list = useInfiniteQuery({
    queryKey: ["directory", name, q],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => read({ ...(q !== "" && { q }), ...(pageParam !== undefined && { cursor: pageParam }) }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: (before) => before,
  });
  const items = list.data?.pages.flatMap(({ data }) => data);
  return (
    <div>
      <Field label={search} type="search" value={text} onChange={setText} maxLength={100} autoComplete="off" />
      {list.error && <Notice tone="danger" className="mt-4" title={messageOf(list.error)} />}
      {list.isPending && (
        <Loading>
          <Skeleton className="mt-4 h-32 rounded-card" />
        </Loading>
      )}
      {items?.length === 0 && <p className="mt-4 text-ui text-muted">{none}</p>}
      {items && items.length > 0 && (
        <ul className="mt-4 divide-y divide-border rounded-card border border-border">
          {items.map((item) => (
            <li key={item.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
              {row(item)}
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button className="mt-4" onPress={() => list.fetchNextPage()} isDisabled={list.isFetchingNextPage}>
          {t("admin.more")}
        </Button>
      )}
    </div>
  );
}
