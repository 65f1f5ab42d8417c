// Held: what waits for a person, by reason, and what to do about it.
import { useState } from "preact/hooks";
import { type Answers, type Row, ask, get } from "./api";
import { Dialog, type Loaded, When, money, said, useApi } from "./parts";

export function Held({ clerk, tell }: { clerk: boolean; tell: (text: string) => void }) {
  const orders: Loaded<Answers["orders"]> = useApi("/orders", { state: "HELD", limit: "200" });
  const [chosen, choose] = useState<string[]>([]);
  const [open, setOpen] = useState<{ what: "fix" | "dismiss" | "approve"; rows: Row[] } | null>(null);
  const rows = orders.value?.orders ?? [];
  const reasons = [...new Set(rows.map((row) => row.reason))].sort((a, b) => Number(b === "unknown") - Number(a === "unknown") || a.localeCompare(b));
  const done = (text: string) => { tell(text); setOpen(null); choose([]); orders.again(); };
  const retry = (row: Row) => ask("POST", `/orders/${row.key}/retry`, { version: row.version }).then(() => done(`${row.document} goes on`), (e) => { tell(said(e)); orders.again(); });
  const picked = rows.filter((row) => chosen.includes(row.key) && row.reason === "approval");
  return <>
    <h1>{orders.value ? rows.length ? `${rows.length}${orders.value.cursor ? "+" : ""} ${rows.length === 1 ? "order waits" : "orders wait"} for a person` : "Nothing waits" : "Held orders"}</h1>
    {orders.error && <p class="bad">{orders.error}</p>}
    {reasons.map((reason) => {
      const group = rows.filter((row) => row.reason === reason);
      return <div class={reason === "unknown" ? "group doubt" : "group"}>
        <h2>{reason.replaceAll("_", " ")} ({group.length})</h2>
        {group[0]?.hint && <p class="hint">What to do: {group[0].hint.sentence}</p>}
        {reason === "approval" && clerk && <p class="bar">
          <button type="button" onClick={() => choose(group.map((row) => row.key))}>Select all</button>
          <button type="button" class="main" disabled={!picked.length} onClick={() => setOpen({ what: "approve", rows: picked })}>Approve {picked.length}, {sums(picked) || "none chosen"}</button></p>}
        <ul class="rows">{group.map((row) => <li>
          {reason === "approval" && clerk && <label class="pick"><input type="checkbox" checked={chosen.includes(row.key)}
            onChange={() => choose(chosen.includes(row.key) ? chosen.filter((key) => key !== row.key) : [...chosen, row.key])} /><span class="out">choose {row.document}</span></label>}
          <a href={`#/orders/${row.key}`}>{row.document}</a><span class="why">{row.why}</span><span>{money(row.price)}</span><When at={row.updated_at} />
          {clerk && <span class="bar">
            {reason === "approval" ? <button type="button" class="main" onClick={() => setOpen({ what: "approve", rows: [row] })}>Approve {row.document}</button>
              : <button type="button" class="main" onClick={() => setOpen({ what: "fix", rows: [row] })}>Fix {row.document}</button>}
            {reason !== "approval" && <button type="button" onClick={() => retry(row)}>Retry<span class="out"> {row.document}</span></button>}
            <button type="button" onClick={() => setOpen({ what: "dismiss", rows: [row] })}>Dismiss…<span class="out"> {row.document}</span></button></span>}
        </li>)}</ul></div>;
    })}
    {open?.what === "approve" && <Approve rows={open.rows} done={done} close={() => setOpen(null)} />}
    {open?.what === "fix" && open.rows[0] && <Fix row={open.rows[0]} done={done} close={() => setOpen(null)} />}
    {open?.what === "dismiss" && open.rows[0] && <Dismiss row={open.rows[0]} done={done} close={() => setOpen(null)} />}
  </>;
}

function sums(rows: Row[]): string {
  const by = new Map<string, number>();
  for (const { quote } of rows) if (quote) by.set(quote.currency, (by.get(quote.currency) ?? 0) + Number(quote.amount));
  return [...by].map(([currency, sum]) => `${sum.toFixed(2)} ${currency}`).join(" and ");
}

type Act = { done: (text: string) => void; close: () => void };

function Approve({ rows, done, close }: { rows: Row[] } & Act) {
  const [results, setResults] = useState<Answers["results"]["results"] | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const yes = () => {
    setBusy(true);
    const orders = rows.map(({ key, version, quote }) => ({ key, version, quote }));
    ask<Answers["results"]>("POST", "/approvals", { orders }).then((told) => setResults(told.results), (e) => { setError(said(e)); setBusy(false); });
  };
  const name = (key: string) => rows.find((row) => row.key === key)?.document ?? key;
  const approved = results?.filter((each) => each.approved).length ?? 0;
  return <Dialog title={results ? "Result" : "Approve?"} onClose={() => results ? done(`${approved} approved`) : close()}>
    <ul>{results ? results.map((each) => <li class={each.approved ? "" : "bad"}>{name(each.key)}: {each.approved ? "approved" : each.problem?.message}</li>)
      : rows.map((row) => <li>{row.document}: {money(row.quote)}</li>)}</ul>
    {error && <p class="bad">{error}</p>}
    <p class="bar">{results ? <button type="button" class="main" onClick={() => done(`${approved} approved`)}>Close</button>
      : <><button type="button" class="main" disabled={busy} onClick={yes}>Yes, {sums(rows)}</button><button type="button" onClick={close}>No</button></>}</p>
  </Dialog>;
}

function Fix({ row, done, close }: { row: Row } & Act) {
  const offered = row.hint?.actions.find((each) => each.action === "fix")?.arguments ?? {};
  const [field, setField] = useState(offered.field || row.field);
  const [value, setValue] = useState("");
  const [found, setFound] = useState<Answers["candidates"] | null>(null);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  if (row.reason === "address" && !found) void get<Answers["candidates"]>(`/orders/${row.key}/candidates`).then(setFound, () => setFound({ outcome: "", candidates: [] }));
  const send = (event: Event) => {
    event.preventDefault();
    setBusy(true);
    ask("POST", `/orders/${row.key}/fixes`, { version: row.version, fixes: { [field]: value } })
      .then(() => done(`${row.document} is fixed, and goes on`), (e) => { setError(said(e)); setBusy(false); });
  };
  return <Dialog title={`Fix ${row.document}`} onClose={close}><form onSubmit={send}>
    <p>{row.why}</p>
    {found?.candidates.map((each) => <label class="pick"><input type="radio" name="candidate" onChange={() => { setField("address"); setValue(`candidate:${each.number}`); }} />
      {[...each.lines, each.city, each.state, each.postcode].filter(Boolean).join(", ")}</label>)}
    <label>Field <input value={field} required onInput={(e) => setField(e.currentTarget.value.trim())} /></label>
    <label>Value <input value={value} required onInput={(e) => setValue(e.currentTarget.value)} /></label>
    {error && <p class="bad" role="alert">{error}</p>}
    <p class="bar"><button class="main" disabled={busy}>Fix and resubmit</button><button type="button" onClick={close}>Cancel</button></p>
  </form></Dialog>;
}

function Dismiss({ row, done, close }: { row: Row } & Act) {
  const [why, setWhy] = useState("");
  const [error, setError] = useState("");
  const send = (event: Event) => {
    event.preventDefault();
    ask("POST", `/orders/${row.key}/dismissal`, { version: row.version, why }).then(() => done(`${row.document} is dismissed`), (e) => setError(said(e)));
  };
  return <Dialog title={`Dismiss ${row.document}`} onClose={close}><form onSubmit={send}>
    <p>It is not shipped, unless the ERP changes it. This can be taken back.</p>
    <label>Why <input value={why} required maxLength={200} onInput={(e) => setWhy(e.currentTarget.value)} /></label>
    {error && <p class="bad" role="alert">{error}</p>}
    <p class="bar"><button class="main">Dismiss</button><button type="button" onClick={close}>Cancel</button></p>
  </form></Dialog>;
}
