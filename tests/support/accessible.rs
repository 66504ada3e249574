//! Finding things on a page as people and screen readers do: by role and name.

use fantoccini::Client;
use fantoccini::elements::{Element, ElementRef};
use serde_json::{Value, json};

/// What to look for. Names match whole, without case, runs of white space as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By<'a> {
    Role(&'a str, &'a str),
    /// The first with this role, whatever its name.
    AnyRole(&'a str),
    Css(&'a str),
}

impl<'a> By<'a> {
    pub fn button(name: &'a str) -> Self {
        Self::Role("button", name)
    }

    pub fn link(name: &'a str) -> Self {
        Self::Role("link", name)
    }

    pub fn tab(name: &'a str) -> Self {
        Self::Role("tab", name)
    }

    pub fn heading(name: &'a str) -> Self {
        Self::Role("heading", name)
    }

    pub fn textbox(name: &'a str) -> Self {
        Self::Role("textbox", name)
    }

    /// Everything on the page that matches and is shown, in document order.
    pub(super) async fn all(&self, client: &Client) -> Vec<Element> {
        let wanted = match self {
            Self::Role(role, name) => json!({ "role": role, "name": name }),
            Self::AnyRole(role) => json!({ "role": role }),
            Self::Css(selector) => json!({ "css": selector }),
        };
        let found = match client.execute(FIND, vec![wanted]).await {
            Ok(found) => found,
            // The page was about to be another one: whoever looks for something looks again.
            Err(error) if error.to_string().contains("unload event") => return Vec::new(),
            Err(error) => panic!("{self:?}: {error}"),
        };
        let Value::Array(found) = found else { panic!("{self:?} was answered with {found}") };
        found.iter().map(|value| element(client, value)).collect()
    }
}

/// A WebDriver reference to an element (W3C WebDriver section 12.2).
fn element(client: &Client, value: &Value) -> Element {
    let id = value["element-6066-11e4-a52e-4f735466cecf"].as_str();
    let id = id.unwrap_or_else(|| panic!("{value} is no element"));
    Element::from_element_id(client.clone(), ElementRef::from(id.to_owned()))
}

/// Roles as in HTML-AAM for the elements that this product uses, names as in accname-1.2 without CSS content.
const FIND: &str = r#"
const { role, name, css } = arguments[0];
const implicit = {
  button: 'button, summary, input[type=button], input[type=submit]',
  link: 'a[href], area[href]',
  heading: 'h1, h2, h3, h4, h5, h6',
  textbox: 'textarea, input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=url], input[type=password]',
  searchbox: 'input[type=search]',
  checkbox: 'input[type=checkbox]',
  radio: 'input[type=radio]',
  combobox: 'select',
  option: 'option',
  list: 'ul, ol',
  listitem: 'li',
  table: 'table',
  row: 'tr',
  columnheader: 'th',
  cell: 'td',
  dialog: 'dialog[open]',
  navigation: 'nav',
  main: 'main',
  img: 'img',
  form: 'form',
  group: 'fieldset, details',
  status: 'output',
};
const selector = css ?? [`[role~="${role}"]`, implicit[role]].filter(Boolean).join(', ');
const shown = (element) => {
  if (element.closest('[inert], [aria-hidden="true"]')) return false;
  return element.checkVisibility({ checkVisibilityCSS: true, contentVisibilityAuto: true });
};
const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const textOf = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute('aria-hidden') === 'true') return '';
  const own = node.getAttribute('aria-label') ?? node.getAttribute('alt');
  if (own !== null) return own;
  const inline = getComputedStyle(node).display.startsWith('inline');
  const text = [...node.childNodes].map(textOf).join('');
  return inline ? text : ` ${text} `;
};
const nameOf = (element) => {
  const labelledBy = element.getAttribute('aria-labelledby');
  if (labelledBy) {
    const parts = labelledBy.split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean);
    if (parts.length) return plain(parts.map(textOf).join(' '));
  }
  const label = plain(element.getAttribute('aria-label'));
  if (label) return label;
  if (element.labels?.length) return plain([...element.labels].map(textOf).join(' '));
  if (element.tagName === 'FIELDSET') return plain(textOf(element.querySelector('legend') ?? element));
  return plain(textOf(element)) || plain(element.value) || plain(element.title) || plain(element.placeholder);
};
const same = (a, b) => plain(a).toLowerCase() === plain(b).toLowerCase();
const hasRole = (element) => css || !element.hasAttribute('role') || element.getAttribute('role').split(/\s+/)[0] === role;
return [...document.querySelectorAll(selector)]
  .filter((element) => hasRole(element) && shown(element) && (name === undefined || same(nameOf(element), name)));
"#;
