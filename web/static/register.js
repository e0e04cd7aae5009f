// A tap on the register is saved without loading the page anew. Without this script the same forms post by themselves.
const PATIENCE = 15000; // milliseconds
let before = Promise.resolve();

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("form[data-tap]") || !button) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  body.append(button.name, button.value);
  button.setAttribute("aria-busy", "true");
  before = before.then(() => save(form, button, body)); // one after the other, in the order of the taps
});

async function save(form, button, body) {
  try {
    const answer = await fetch(form.action, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
    if (answer.redirected && !new URL(answer.url).pathname.startsWith("/meetings/")) {
      location.assign(answer.url); // signed out meanwhile
      return;
    }
    if (!answer.ok && answer.status !== 400) throw new Error(answer.status);
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), form, button);
  } catch {
    say_failed(form, button);
  }
}

function show(page, form, button) {
  const problem = page.querySelector(".govuk-error-summary");
  const part = problem ? "main" : "#register";
  keep_open(page, form);
  document.querySelector(part).replaceWith(page.querySelector(part));
  if (problem) {
    scrollTo(0, 0);
    document.querySelector(".govuk-error-summary").focus();
    return;
  }
  const seat = form.closest(".convene-seat");
  const again = seat && document.getElementById(seat.id);
  const unit = again ? again.querySelector("h2").textContent + ": " : "";
  document.getElementById("register-said").textContent = unit + button.textContent.trim() + ". Saved.";
  const same = again && [...again.querySelectorAll("button")].find((one) => one.value === button.value);
  (same || document.querySelector("#register button")).focus({ preventScroll: true });
}

// What is open elsewhere on the page, and what is being typed there, stays as it is.
function keep_open(page, form) {
  for (const open of document.querySelectorAll("#register details[open]")) {
    const fresh = page.getElementById(open.id);
    if (!fresh || open.contains(form)) continue;
    const same = fresh.querySelector("[name=outcome]")?.value === open.querySelector("[name=outcome]")?.value;
    if (same) fresh.replaceWith(open);
  }
}

function say_failed(form, button) {
  button.removeAttribute("aria-busy");
  const place = document.getElementById(form.closest(".convene-seat")?.id) || document.getElementById("register");
  place.querySelector(":scope > .convene-seat__problem")?.remove();
  const said = document.createElement("p");
  said.className = "convene-seat__problem";
  said.setAttribute("role", "alert");
  said.textContent = "Not saved: no connection. Tap again; nothing is marked twice.";
  place.append(said);
}
