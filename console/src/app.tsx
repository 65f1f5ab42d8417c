// The page: header, pages by the address after #, and what was done last.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Me, get } from "./api";
import { Costs } from "./costs";
import { Doubts } from "./errands";
import { Held } from "./held";
import { Arrivals, Connections, Labels, Receipts, Search } from "./lists";
import { Order } from "./order";
import { signOut, signedIn } from "./session";

const PAGES = [["", "Held"], ["orders", "Orders"], ["labels", "Labels"], ["arrivals", "Arrivals"], ["costs", "Costs"], ["unknown", "In doubt"], ["connections", "Connections"], ["receipts", "Receipts"]] as const;

function App({ me }: { me: Me }) {
  const [hash, setHash] = useState(location.hash);
  const [told, tell] = useState("");
  useEffect(() => {
    const moved = () => { setHash(location.hash); document.querySelector<HTMLElement>("main")?.focus(); };
    addEventListener("hashchange", moved);
    setHash(location.hash); // it may have changed since the first drawing
    return () => removeEventListener("hashchange", moved);
  }, []);
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?");
  const [page = "", key = ""] = path.split("/");
  const clerk = me.roles.includes("clerk"), operator = me.roles.includes("operator");
  const find = (event: Event) => {
    event.preventDefault();
    const q = new FormData(event.currentTarget as HTMLFormElement).get("q");
    location.hash = `#/orders?q=${encodeURIComponent(String(q ?? "").trim())}`;
  };
  return <>
    <header><b>parcelbridge</b>
      <nav aria-label="Pages">{PAGES.filter(([at]) => at !== "labels" || clerk).map(([at, name]) => <a href={`#/${at}`} aria-current={at === page ? "page" : undefined}>{name}</a>)}</nav>
      <form role="search" onSubmit={find}><input name="q" aria-label="Order or tracking number" placeholder="Order or tracking number" required /><button>Search</button></form>
      <span>{me.name}</span><button type="button" onClick={() => void signOut()}>Sign out</button></header>
    <main tabIndex={-1}>
      <p role="status" aria-live="polite" class="told">{told}</p>
      {!me.roles.length ? <><h1>No role</h1><p>You are signed in as {me.name} and have no role. Whoever keeps the accounts can give you one.</p></>
        : page === "orders" && key ? <Order at={key} clerk={clerk} operator={operator} tell={tell} key={key} />
        : page === "orders" ? <Search q={new URLSearchParams(query).get("q") ?? ""} />
        : page === "labels" ? <Labels tell={tell} /> : page === "arrivals" ? <Arrivals tell={tell} /> : page === "costs" ? <Costs />
        : page === "unknown" ? <Doubts />
        : page === "connections" ? <Connections operator={operator} engineer={me.roles.includes("engineer")} tell={tell} /> : page === "receipts" ? <Receipts operator={operator} tell={tell} />
        : <Held clerk={clerk} tell={tell} />}
    </main></>;
}

async function start(): Promise<void> {
  const root = document.getElementById("app");
  if (!root) return;
  try {
    if (await signedIn()) render(<App me={await get<Me>("/me")} />, root);
  } catch (error) {
    render(<main><h1>parcelbridge</h1><p class="bad">{error instanceof Error ? error.message : "no answer"}</p><p><a href="/">Try again</a></p></main>, root);
  }
}

void start();
