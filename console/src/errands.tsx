// Errands: what a worker is asked to do at the carrier or in the ERP. Each is confirmed, and shown with how it ended.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Answers, type Errand, type Sheet, ask } from "./api";
import { Dialog, type Loaded, Table, When, money, said, useApi } from "./parts";

type List = Loaded<Answers["errands"]>;
const moves = (each: Errand): boolean => each.stage === "asked" || each.stage === "begun";

/** The errands at a path, asked for again soon while one moves; `ended` is called once none does any more. */
export function useErrands(path: string, ended: () => void): List {
  const errands = useApi<Answers["errands"]>(path, {}, (list) => list.errands.some(moves));
  const before = useRef(false), busy = errands.value?.errands.some(moves) ?? false;
  useEffect(() => { if (before.current && !busy) ended(); before.current = busy; }, [busy]);
  return errands;
}

const STAGES: Record<string, string> = { asked: "asked for", begun: "in work", done: "done", refused: "not done", unclear: "not known", lapsed: "not done: nobody began it in time" };

export function Errands({ list }: { list: Errand[] }) {
  if (!list.length) return null;
  return <><h2>Asked for</h2><ul class="rows">{list.map((each) => <li class={each.stage === "unclear" ? "bad" : ""}>
    <span class="why"><b>{each.verb.replaceAll("_", " ")}: {STAGES[each.stage] ?? each.stage}</b> · {each.said} {each.hint?.sentence}
      {each.rows.length > 0 && <Table empty="" columns={each.columns} rows={each.rows} />}</span>
    <span>{each.who}</span><When at={each.asked_at} /></li>)}</ul></>;
}

/** The buttons of an order by which a worker is asked, each with a question before it. */
export function Asking({ at, sheet, errands, tell }: { at: string; sheet: Sheet; errands: List; tell: (text: string) => void }) {
  const { order } = sheet;
  const [open, setOpen] = useState<"void" | "ship" | "absent" | "adopt" | null>(null);
  const last = errands.value?.errands[0], busy = errands.value?.errands.some(moves) ?? true;
  const act = (path: string, body: object, text: string) => ask("POST", path, { version: order.version, ...body })
    .then(() => { setOpen(null); tell(text); errands.again(); });
  const now = (path: string, body: object, text: string) => act(path, body, text).catch((e: unknown) => tell(said(e)));
  const voided = order.state === "CANCELLED" && order.reason === "voided";
  const further = voided || (order.state === "HELD" && order.reason === "remaining");
  const close = () => setOpen(null);
  const shipment = last?.verb === "look_up" && last.stage === "done" ? last.rows.map((row) => row[0] ?? "") : [];
  return <><p class="bar">
    {order.tracking_number && <button type="button" disabled={busy} onClick={() => setOpen("void")}>Void…</button>}
    {further && <button type="button" disabled={busy} onClick={() => now(`/orders/${at}/proposal`, {}, "The ERP is asked what would be shipped")}>Ship again…</button>}
    {further && last?.verb === "propose" && last.stage === "done" && <button type="button" class="main" onClick={() => setOpen("ship")}>Ship this…</button>}
    {order.in_doubt && <button type="button" disabled={busy} onClick={() => now(`/unknown/${at}/look`, {}, "The carrier is asked")}>Look at the carrier</button>}
    {order.in_doubt && shipment.length > 0 && <button type="button" class="main" disabled={busy} onClick={() => setOpen("adopt")}>Take the label…</button>}
    {order.in_doubt && <button type="button" disabled={busy} onClick={() => setOpen("absent")}>No label was made…</button>}</p>
    {open === "void" && <Sure title={`Void the label of ${order.document}`} verb="Void it" close={close} typed={order.tracking_number} what="tracking number"
      act={(why, number) => act(`/orders/${at}/void`, { why, number }, `The void of ${order.document} is asked for`)}>
      <p>Shipment {sheet.shipment_id}{order.price && `, bought for ${money(order.price)}`}. The carrier cancels it, and its number leaves the ERP. This cannot be taken back.</p></Sure>}
    {open === "absent" && <Sure title={`No label for ${order.document}?`} verb="Buy it again" close={close} typed={sheet.reference} what="reference"
      act={(why, reference) => act(`/unknown/${at}/absent`, { why, reference }, "The carrier is asked once more")}>
      <p>If the label was made after all, {order.quote ? money(order.quote) : "it"} is paid twice. The carrier is asked once more: where it shows none, the order is bought again.</p></Sure>}
    {open === "adopt" && <Dialog title={`Take a label for ${order.document}`} onClose={close}><p>Found at the carrier under our reference {sheet.reference}:</p>
      <ul>{shipment.map((id) => <li><button type="button" onClick={() => now(`/unknown/${at}/adoption`, { shipment: id }, `${id} becomes the order's`)}>Take {id}</button></li>)}</ul>
      <p class="bar"><button type="button" onClick={close}>Cancel</button></p></Dialog>}
    {open === "ship" && last && <Dialog title={`Ship ${order.document} again?`} onClose={close}><Table empty="" columns={last.columns} rows={last.rows} />
      <p>It gets a label of its own, which is quoted and approved as any other.</p>
      <p class="bar"><button type="button" class="main" disabled={busy} onClick={() => now(`/orders/${at}/shipment`, { lines: last.names, token: last.token }, `${order.document} is to be shipped again`)}>Yes, ship it</button>
        <button type="button" onClick={close}>No</button></p></Dialog>}</>;
}

/** A question whose yes needs a reason, and a number typed again. */
function Sure({ title, verb, typed, what, act, close, children }: { title: string; verb: string; typed: string; what: string;
  act: (why: string, again: string) => Promise<void>; close: () => void; children: ComponentChildren }) {
  const [why, setWhy] = useState(""), [again, setAgain] = useState(""), [error, setError] = useState(""), [busy, setBusy] = useState(false);
  const send = (event: Event) => {
    event.preventDefault();
    setBusy(true);
    act(why, again.trim()).catch((e: unknown) => { setError(said(e)); setBusy(false); });
  };
  return <Dialog title={title} onClose={close}><form onSubmit={send}>{children}
    <label>Why <input value={why} required maxLength={200} onInput={(e) => setWhy(e.currentTarget.value)} /></label>
    <label>Type the {what} {typed} <input value={again} required autocomplete="off" onInput={(e) => setAgain(e.currentTarget.value)} /></label>
    {error && <p class="bad" role="alert">{error}</p>}
    <p class="bar"><button class="main" disabled={busy || again.trim() !== typed}>{verb}</button><button type="button" onClick={close}>Cancel</button></p>
  </form></Dialog>;
}

export function Doubts() {
  const found = useApi<Answers["unknown"]>("/unknown", { limit: "200" });
  return <><h1>Labels in doubt</h1>{found.error && <p class="bad">{found.error}</p>}
    <p>Nobody knows yet whether these labels were made. Each is looked up by itself once it has settled; open one to look now, to take a label that was found, or to say that there is none.</p>
    <Table empty="Nothing is in doubt" columns={["order", "state", "our reference", "asked for", "settled", "price"]} rows={(found.value?.doubts ?? []).map(({ order, reference, asked_at, settled_at }) => [
      <a href={`#/orders/${order.key}`}>{order.document}</a>, `${order.state} ${order.reason}`, reference, <When at={asked_at} />, <When at={settled_at} />, money(order.quote)])} /></>;
}
