// The other pages: search, labels, arrivals, connections, receipts.
import { useState } from "preact/hooks";
import { type Answers, ask, keep, save } from "./api";
import { Errands, useErrands } from "./errands";
import { Table, When, money, said, useApi } from "./parts";
import { pdfOf } from "./pdf";

type Told = { tell: (text: string) => void };

export function Search({ q }: { q: string }) {
  const found = useApi<Answers["orders"]>("/orders", q ? { q } : { limit: "100" });
  return <><h1>{q ? `Orders named ${q}` : "Orders"}</h1>{found.error && <p class="bad">{found.error}</p>}
    <Table empty="No order" columns={["order", "connection", "state", "service", "tracking number", "price", "changed"]} rows={(found.value?.orders ?? []).map((row) => [
      <a href={`#/orders/${row.key}`}>{row.document}</a>, row.connection, `${row.state} ${row.reason}`, row.service, row.tracking_number, money(row.price), <When at={row.updated_at} />])} /></>;
}

export function Labels({ tell }: Told) {
  const found = useApi<Answers["labels"]>("/labels", { limit: "200" });
  const sent = (key: string, version: number, document: string) => ask("POST", `/orders/${key}/labels/sent`, { version })
    .then(() => { tell(`The label of ${document} is sent`); found.again(); }, (e) => { tell(said(e)); found.again(); });
  return <><ToPrint tell={tell} /><h2>Labels that wait for their supplier</h2>{found.error && <p class="bad">{found.error}</p>}
    <Table empty="No label waits" columns={["order", "supplier", "packages", "bought", ""]} rows={(found.value?.labels ?? []).map((row) => [
      <a href={`#/orders/${row.key}`}>{row.document}</a>, row.supplier, row.packages, <><When at={row.bought_at} />{row.late && <b class="bad"> late</b>}</>,
      <button type="button" onClick={() => sent(row.key, row.version, row.document)}>Mark {row.document} as sent</button>])} /></>;
}

type Kind = "GIF" | "PNG" | "PDF" | "ZPL" | "EPL" | "SPL";
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));

/** What the warehouses have to print: a file for each of them and each kind of printer. */
function ToPrint({ tell }: Told) {
  const found = useApi<Answers["toPrint"]>("/labels/to-print");
  const [left, setLeft] = useState<string[]>([]), [busy, setBusy] = useState(false);
  const rows = found.value?.labels ?? [];
  const groups = [...new Map(rows.map((row) => [`${row.warehouse} ${row.kind}`, row])).values()];
  const print = (warehouse: string, kind: Kind) => {
    const orders = rows.filter((row) => row.warehouse === warehouse && row.kind === kind).slice(0, 100);
    setBusy(true);
    ask<Answers["sheet"]>("POST", "/labels/sheet", { kind, orders: orders.map(({ key, version }) => ({ key, version })) }).then(async (made) => {
      const drawn = kind === "GIF" || kind === "PNG", end = drawn ? "pdf" : kind.toLowerCase();
      const name = `labels-${warehouse || "all"}-${new Date().toISOString().slice(0, 16).replace(/\D/g, "")}.${end}`;
      if (made.labels.length) keep(drawn ? await pdfOf(made.labels.map(({ image, stock }) => ({ image: bytesOf(image), stock })), `image/${kind.toLowerCase()}`)
        : new Blob([bytesOf(made.content)], { type: kind === "PDF" ? "application/pdf" : "text/plain" }), name);
      tell(made.labels.length ? `${made.labels.length} labels are in ${name}, and count as printed` : "No label is in the file");
      setLeft(made.left_out.map((each) => `${orders.find(({ key }) => key === each.key)?.document ?? each.key}: ${each.why}`));
    }, (e: unknown) => tell(said(e))).finally(() => { setBusy(false); found.again(); });
  };
  return <><h1>Labels to print</h1>{found.error && <p class="bad">{found.error}</p>}{found.value && !found.value.complete && <p>There are more labels than were looked at.</p>}
    {left.length > 0 && <ul class="bad">{left.map((each) => <li>{each}</li>)}</ul>}
    {found.value && !groups.length && <p>No warehouse has a label to print</p>}
    {groups.map(({ warehouse, kind }) => {
      const its = rows.filter((row) => row.warehouse === warehouse && row.kind === kind);
      return <div class="group"><h2>{warehouse || "No warehouse named"}: {its.reduce((sum, row) => sum + row.packages, 0)} to print</h2>
        <p>{its.map((row) => <><a href={`#/orders/${row.key}`}>{row.document}</a> </>)}</p>
        <p class="bar"><button type="button" class="main" disabled={busy} onClick={() => print(warehouse, kind as Kind)}>{kind === "GIF" || kind === "PNG" ? "PDF" : kind} for {warehouse || "all"}</button></p></div>;
    })}</>;
}

export function Arrivals({ tell }: Told) {
  const found = useApi<Answers["arrivals"]>("/arrivals", { days: "7" });
  return <><h1>Arrivals</h1>{found.error && <p class="bad">{found.error}</p>}{found.value && !found.value.complete && <p>There are more parcels than are shown.</p>}
    <p><button type="button" onClick={() => save("/arrivals.ics?days=7", "arrivals.ics").then(() => tell("arrivals.ics is saved"), (e) => tell(said(e)))}>Save as a calendar</button></p>
    <Table empty="Nothing arrives within 7 days, as far as the carriers say" columns={["dock", "day", "parcels", "orders", ""]} rows={(found.value?.arrivals ?? []).map((each) => [
      each.warehouse || "unknown", each.day, each.numbers.length, each.orders.join(", "), each.late ? <b class="bad">late</b> : ""])} /></>;
}

export function Connections({ operator, engineer, tell }: { operator: boolean; engineer: boolean } & Told) {
  const found = useApi<Answers["connections"]>("/connections");
  const [why, setWhy] = useState("");
  const act = (id: string, verb: string, body?: unknown) => ask("POST", `/connections/${id}/${verb}`, body)
    .then(() => { tell(`${id}: ${verb} done`); found.again(); }, (e) => { tell(said(e)); found.again(); });
  return <><h1>Connections</h1>{found.error && <p class="bad">{found.error}</p>}
    {found.value?.connections.map((each) => <div class="group"><h2>{each.id}: {each.status}</h2>
      <p>{each.erp} → {each.carrier}, revision {each.revision}. {each.status !== "running" && each.why}</p>
      <p>Last poll <When at={each.polled} /> {each.outcome && `(${each.outcome})`}; {each.schedule}</p>
      {operator && <p class="bar">{each.status === "running" ? <><label>Why <input value={why} maxLength={200} onInput={(e) => setWhy(e.currentTarget.value)} /></label>
        <button type="button" disabled={!why.trim()} onClick={() => act(each.id, "pause", { why })}>Pause {each.id}</button>
        <button type="button" onClick={() => act(each.id, "poll")}>Poll {each.id} now</button></> : <button type="button" class="main" onClick={() => act(each.id, "resume")}>Resume {each.id}</button>}</p>}
      {engineer && <Tries id={each.id} tell={tell} />}
    </div>)}</>;
}

/** What an engineer has a worker try of a connection: nothing is written, nothing is bought. */
function Tries({ id, tell }: { id: string } & Told) {
  const errands = useErrands(`/connections/${id}/errands`, () => undefined);
  const asked = (verb: string, text: string) => ask("POST", `/connections/${id}/${verb}`, {}).then(() => { tell(text); errands.again(); }, (e) => tell(said(e)));
  return <><p class="bar"><button type="button" onClick={() => asked("dry-run", `A dry-run of ${id} is asked for`)}>Dry-run {id}</button>
    <button type="button" onClick={() => asked("test", `A test of ${id} is asked for`)}>Test {id}</button></p>
    {errands.value && <Errands list={errands.value.errands.slice(0, 3)} />}</>;
}

export function Receipts({ operator, tell }: { operator: boolean } & Told) {
  const found = useApi<Answers["receipts"]>("/receipts", { limit: "200" });
  const again = (key: string, version: number, document: string) => ask("POST", `/receipts/${key}/retry`, { version })
    .then(() => { tell(`${document} is tried again`); found.again(); }, (e) => { tell(said(e)); found.again(); });
  return <><h1>Purchase orders at a warehouse</h1>{found.error && <p class="bad">{found.error}</p>}
    <Table empty="No purchase order is under way to a warehouse" columns={["order", "warehouse", "stage", "why", "receipts", ""]} rows={(found.value?.purchases ?? []).map((each) => [
      each.document, each.warehouse, `${each.stage} ${each.hold}`, each.why, each.receipts.map((one) => `${one.number}: ${one.quantity} ${one.unit} ${one.sku} ${one.state} ${one.why}`).join("; "),
      operator && (each.hold || each.receipts.some((one) => one.held)) ? <button type="button" onClick={() => again(each.key, each.version, each.document)}>Retry {each.document}</button> : ""])} /></>;
}
