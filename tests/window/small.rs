//! Little room, large text, few colours: nothing is cut off, nothing scrolls sideways, the focus is seen.

use crate::{
    steps::{at_the_check, look, practise, signed_in_with_desk, with_practice},
    support::{Browser, By, Campus, Desktop, Keyring, Window},
};
use serde_json::Value;

#[tokio::test]
async fn everything_has_room_in_a_small_window_and_with_text_twice_as_large() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &with_practice(&browser)).await;
    window.client().set_window_size(760, 560).await.unwrap();
    window.find(By::Css(":root[data-narrow]")).await;
    fits(&window, "small-welcome").await;
    practise(&window, &mut browser, "University of Oxford", "eart0001").await;
    walk(&window, "small").await;

    window.client().set_window_size(1180, 780).await.unwrap();
    window.find(By::Css(":root:not([data-narrow])")).await;
    window.press("Control+5").await;
    window.click(By::Role("radio", "200 %")).await;
    window.find(By::Css(":root[data-tiny]")).await;
    window.press("Control+1").await;
    walk(&window, "large").await;
}

#[tokio::test]
async fn asking_has_room_in_a_small_window_and_with_text_twice_as_large() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let campus = Campus::oxford();
    let (_profile, _browser, window) = signed_in_with_desk(&desktop, &campus, "eart0001").await;
    window.client().set_window_size(760, 560).await.unwrap();
    window.find(By::Css(":root[data-narrow]")).await;
    ask(&window, &campus, "small").await;

    window.client().set_window_size(1180, 780).await.unwrap();
    window.find(By::Css(":root:not([data-narrow])")).await;
    window.run("location.hash = '#/settings'", &[]).await;
    window.click(By::Role("radio", "200 %")).await;
    window.find(By::Css(":root[data-tiny]")).await;
    ask(&window, &campus, "large").await;
}

/// What can be asked for, the forms that differ most, a check page and the request behind it.
async fn ask(window: &Window, campus: &Campus, size: &str) {
    let id = async |username: &str| campus.account(username).await["id"].as_str().unwrap().to_owned();
    let (outreach, room, data) = (id("outreach").await, id("basalt-room").await, id("labdata").await);
    let pages = [
        ("ask", "#/ask".to_owned(), "What you cannot ask for"),
        ("offers", format!("#/accounts/{outreach}/ask"), "Remove the password"),
        ("ask-password", format!("#/accounts/{outreach}/ask/remove-password"), "What stops"),
        ("ask-over", format!("#/accounts/{outreach}/ask/hand-over"), "The new owner"),
        ("ask-booking", format!("#/accounts/{room}/ask/set-booking"), "Continue"),
        ("ask-close", format!("#/accounts/{data}/ask/close"), "Nobody will be able to open it"),
    ];
    for (name, hash, text) in pages {
        window.run("location.hash = arguments[0]", &[hash.into()]).await;
        window.wait_for_text(text).await;
        fits(window, &format!("{size}-{name}")).await;
    }
    window.run("document.querySelector('form [type=submit]').click()", &[]).await;
    at_the_check(window).await;
    fits(window, &format!("{size}-check")).await;
    window.run("location.hash = location.hash.replace('/check', '')", &[]).await;
    window.wait_for_text("It is on this computer only.").await;
    fits(window, &format!("{size}-request")).await;
}

/// Every page, from Home and back to it.
async fn walk(window: &Window, size: &str) {
    fits(window, &format!("{size}-home")).await;
    window.press("Control+k").await;
    window.write("enq").await;
    window.wait_for_text("enquiries@earth.example.edu").await;
    fits(window, &format!("{size}-accounts")).await;
    window.press("/").await;
    // By the keys: the driver does not find its way about a page that is zoomed.
    window.press("ArrowDown").await;
    window.press("Enter").await;
    window.find(By::AnyRole("tablist")).await;
    for tab in ["overview", "people", "sign-in", "history"] {
        window.find(By::Css(&format!("#account-{tab}[aria-selected=true]"))).await;
        fits(window, &format!("{size}-{tab}")).await;
        window.run("document.querySelector('[role=tab][aria-selected=true]').focus()", &[]).await;
        window.press("ArrowRight").await;
    }
    window.press("b").await;
    window.find(By::Css("[aria-posinset='1']")).await;
    fits(window, &format!("{size}-people")).await;
    window.press("F1").await;
    window.wait_for_text("+44 1865 6 12345").await;
    fits(window, &format!("{size}-help")).await;
    window.press("Control+5").await;
    window.find(By::heading("Settings")).await;
    fits(window, &format!("{size}-settings")).await;
    window.press("Control+1").await;
    window.find(By::heading("What do you need to know?")).await;
}

/// A picture and axe-core, light and dark; then that everything can be reached by scrolling down alone, and that the focus
/// is seen wherever it goes.
pub(crate) async fn fits(window: &Window, name: &str) {
    look(window, name).await;
    let outside = window.run(OUTSIDE, &[]).await;
    assert_eq!(outside, Value::Array(Vec::new()), "{name}: out of sight");
    let unseen = unseen_focus(window).await;
    assert!(unseen.is_empty(), "{name}: the focus is not seen on {unseen:#?}");
}

/// Presses Tab through the page. What took the focus without showing it.
async fn unseen_focus(window: &Window) -> Vec<String> {
    let mut unseen = Vec::new();
    window.run("document.activeElement?.blur(); window.met = new Set()", &[]).await;
    for _ in 0..60 {
        window.press("Tab").await;
        match window.run(FOCUSED, &[false.into()]).await {
            Value::String(what) if what.is_empty() => {}
            Value::String(_) => unseen.extend(still_unseen(window).await),
            _ => break,
        }
    }
    let met = window.run("return window.met.size", &[]).await;
    assert!(met.as_u64().is_some_and(|met| met >= 3), "Tab went past {met} elements only");
    // Back to the top, as it was met.
    let top = "document.activeElement?.blur(); document.querySelectorAll('*').forEach((at) => { if (at.scrollTop) at.scrollTop = 0 })";
    window.run(top, &[]).await;
    unseen
}

/// What takes text is scrolled to some frames after it took the focus: what is wrong with it when that had its time.
async fn still_unseen(window: &Window) -> Option<String> {
    let mut what = None;
    for _ in 0..10 {
        window.drawn().await;
        match window.run(FOCUSED, &[true.into()]).await {
            Value::String(fault) if !fault.is_empty() => what = Some(fault),
            _ => return None,
        }
    }
    what
}

/// Text that lies where nobody can scroll to, or that its own box cuts off without an ellipsis; and whatever scrolls
/// sideways other than the grid of rights.
const OUTSIDE: &str = r#"
const found = [];
const page = document.documentElement.getBoundingClientRect();
const say = (what, element) => found.push(`${what}: <${element.tagName.toLowerCase()} class="${element.className}"> ${element.textContent.trim().slice(0, 60)}`);
const hidden = (element) => element.closest('.vh, [aria-hidden="true"], svg, .skip') || !element.checkVisibility();
for (const element of document.querySelectorAll('body *')) {
  const style = getComputedStyle(element);
  const scrolls = ['auto', 'scroll'].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
  if (scrolls && !hidden(element) && !element.matches('.scroll-x, .rows')) say('scrolls sideways', element);
}
if (document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth + 1) found.push('the page scrolls sideways');
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const text = texts.currentNode;
  const element = text.parentElement;
  if (!text.data.trim() || hidden(element)) continue;
  const range = document.createRange();
  range.selectNodeContents(text);
  const box = range.getBoundingClientRect();
  if (box.width === 0 || box.height === 0) continue;
  let [left, right, down] = [true, true, true];
  for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
    const style = getComputedStyle(at);
    const around = at.getBoundingClientRect();
    if (['auto', 'scroll'].includes(style.overflowY)) down = false;
    if (['auto', 'scroll'].includes(style.overflowX) && at.matches('.scroll-x')) left = right = false;
    if (style.textOverflow === 'ellipsis' && style.overflowX === 'hidden') left = right = false;
    if (style.overflowX === 'hidden' && right && box.right > around.right + 1) { say('cut off at the side', element); right = false; }
    if (style.overflowY === 'hidden' && down && box.bottom > around.bottom + 2) { say('cut off below', element); down = false; }
  }
  if (right && box.right > page.right + 1) say('right of the window', element);
  if (left && box.left < page.left - 1) say('left of the window', element);
  if (down && box.bottom > page.bottom + 1) say('below the window', element);
}
return [...new Set(found)];
"#;

/// What has the focus, if that is not to be seen; an empty text if it is; `null` when the round is over. Asked again for the
/// same element, it takes `true`.
const FOCUSED: &str = r#"
const element = document.activeElement;
if (!element || element === document.body || (window.met.has(element) && !arguments[0])) return null;
window.met.add(element);
const style = getComputedStyle(element);
const ring = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
// A field may wear its ring around the box that it stands in; a hidden radio button around its label.
const wears = [element, element.parentElement, element.nextElementSibling].filter(Boolean);
const marked = wears.some((at) => ring(getComputedStyle(at)) && at.matches(':focus-visible, :has(:focus-visible), :focus-visible + *'));
const box = element.getBoundingClientRect();
const page = document.documentElement.getBoundingClientRect();
const inside = box.bottom > page.top && box.top < page.bottom && box.right > page.left && box.left < page.right;
const own = `<${element.tagName.toLowerCase()} class="${element.className}"> ${(element.innerText || element.value || element.name || '').slice(0, 60)}`;
if (element.matches('[role=tabpanel]')) return '';
if (!marked) return `no ring: ${own} ${style.outlineStyle} ${style.outlineWidth}`;
if (!inside) return `out of sight: ${own}`;
return '';
"#;
