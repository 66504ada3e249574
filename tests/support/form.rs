//! Reading the forms of a sign-in page. Enough HTML for pages whose makers we know.

/// A form as it stands on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    /// Where it is sent, as written: it may be relative.
    pub(super) action: String,
    fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    name: String,
    value: String,
    hidden: bool,
}

impl Form {
    /// The first form that is sent by POST.
    pub(super) fn first(page: &str) -> Option<Self> {
        page.split("<form").skip(1).map(|rest| rest.split("</form").next().unwrap_or_default()).find_map(
            |form| {
                let (tag, content) = form.split_once('>')?;
                if !attribute(tag, "method").is_some_and(|method| method.eq_ignore_ascii_case("post")) {
                    return None;
                }
                Some(Self { action: attribute(tag, "action").unwrap_or_default(), fields: fields(content) })
            },
        )
    }

    /// Whether it asks for something of that name.
    pub(super) fn asks(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }

    /// The value of its hidden field of that name.
    pub(super) fn hidden(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.hidden && field.name == name).map(|field| field.value.as_str())
    }

    /// What a browser would send: every hidden field, and what the person filled in.
    pub(super) fn filled(&self, answers: &[(&str, &str)]) -> Vec<(String, String)> {
        let hidden = self.fields.iter().filter(|field| field.hidden);
        let hidden = hidden.map(|field| (field.name.clone(), field.value.clone()));
        let answers = answers.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        hidden.chain(answers).collect()
    }
}

fn fields(content: &str) -> Vec<Field> {
    let tags = content
        .split('<')
        .filter(|tag| ["input", "button", "select"].iter().any(|name| tag.starts_with(name)));
    tags.filter_map(|tag| {
        let tag = tag.split('>').next()?;
        let hidden = attribute(tag, "type").is_some_and(|kind| kind == "hidden");
        Some(Field {
            name: attribute(tag, "name")?,
            value: attribute(tag, "value").unwrap_or_default(),
            hidden,
        })
    })
    .collect()
}

/// The value of a quoted attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start =
        tag.find(&format!(" {name}=\"")).or_else(|| tag.find(&format!("\n{name}=\"")))? + name.len() + 3;
    let value = tag.get(start..)?.split('"').next()?;
    let plain =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x2F;", "/"), ("&amp;", "&")];
    Some(plain.iter().fold(value.to_owned(), |value, (code, text)| value.replace(code, text)))
}
