// A frame with a chart, and the same figures as a table behind "Show as table".
import { type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "~/ui/class-names";
import { Loading, Skeleton } from "~/ui/skeleton";

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  /** Figures stand at the right. */
  figure?: boolean;
}

export interface ChartCardProps<Row> {
  title: string;
  /** Beside the title. */
  action?: ReactNode;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  children: ReactNode;
}

export function ChartCard<Row>({ title, action, columns, rows, keyOf, children }: ChartCardProps<Row>) {
  const { t } = useTranslation();
  return (
    <section className="mt-4 rounded-card border border-border bg-raised px-5 py-4 max-md:px-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-body font-semibold">{title}</h2>
        {action}
      </div>
      <Suspense
        fallback={
          <Loading>
            <Skeleton className="mt-4 h-64" />
          </Loading>
        }
      >
        {children}
      </Suspense>
      <details className="mt-3">
        <summary className="w-fit cursor-pointer text-ui text-accent max-md:py-2.5">{t("usage.showTable")}</summary>
        <FigureTable label={title} columns={columns} rows={rows} keyOf={keyOf} />
      </details>
    </section>
  );
}

export interface FigureTableProps<Row> extends Pick<ChartCardProps<Row>, "columns" | "rows" | "keyOf"> {
  label: string;
}

/** A plain table that scrolls sideways where the page is narrow. */
export function FigureTable<Row>({ label, columns, rows, keyOf }: FigureTableProps<Row>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a scrolling frame is no section of the page
    <div
      role="group"
      aria-label={label}
      tabIndex={0}
      className="mt-3 max-h-96 overflow-auto rounded-card border border-border"
    >
      <table className="tabular w-full text-meta whitespace-nowrap">
        <thead className="bg-subtle text-left text-muted">
          <tr>
            {columns.map(({ title, figure }) => (
              <th key={title} scope="col" className={cx("px-4 py-2.5 font-medium", figure && "text-right")}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-border">
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, figure }) => (
                <td key={title} className={cx("px-4 py-2", figure && "text-right")}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
